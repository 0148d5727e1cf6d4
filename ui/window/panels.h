// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QObject>

class QDockWidget;
class QLabel;
class QMainWindow;
class QScrollArea;
class QTabWidget;

namespace kerf::ui {

class Actions;
class FormatPalette;
class FormatPaletteModel;
class Inspection;
class InspectorPanel;
class InspectorStrip;
class LayersPanel;
class ParetoChart;
class PredictedFront;
class RunsPanel;
class RunTableModel;
class Workbench;

/// The panels round the centre: layers, formats, runs and jobs, the Pareto chart. Each follows the workbench. Where
/// they stand is PanelLayout's.
class Panels : public QObject {
    Q_OBJECT
public:
    Panels(Workbench* workbench, Actions* actions, FormatPaletteModel* palette, QMainWindow* window);

    const std::vector<QDockWidget*>& docks() const { return m_docks; } ///< layers, formats, results, Pareto
    ParetoChart* pareto() const { return m_pareto; }
    std::vector<QWidget*> layerViews() const; ///< where layers are chosen
    InspectorStrip* strip() const { return m_strip; } ///< wide charts of the inspector
    /// In a small window they are a tab beside the inspector, else the window shows them under the map.
    void setTight(bool tight);

signals:
    /// The inspector is in front, or no longer: its charts are to be shown under the map.
    void stripWanted(bool wanted);
    void formatShown(const QString& format); ///< its bits and values are wanted

public:
    /// The filter of the panel that has the focus, else that of the layers.
    void focusFilter();

private:
    QDockWidget* addPanel(const QString& name, const QString& title, QWidget* content, QWidget* titleBar);
    void addLayers();
    void addFormats(FormatPaletteModel* palette);
    void addResults();
    void addPareto();
    void showInspector();
    void tellStrip();
    void nameToggles();
    QWidget* makeRuns();
    void showRuns();
    void showPlanPoint();
    void editRunName();

    Workbench* m_workbench;
    Actions* m_actions;
    QMainWindow* m_window;
    std::vector<QDockWidget*> m_docks;
    LayersPanel* m_layers = nullptr;
    FormatPalette* m_formats = nullptr;
    Inspection* m_inspection;
    QTabWidget* m_layerTabs = nullptr; ///< formats, inspector, transforms
    InspectorPanel* m_inspector = nullptr;
    InspectorStrip* m_strip = nullptr;
    QScrollArea* m_stripArea = nullptr; ///< where they stand in a small window
    bool m_tight = false;
    QTabWidget* m_results = nullptr;
    RunTableModel* m_runModel = nullptr;
    RunsPanel* m_runs = nullptr;
    ParetoChart* m_pareto = nullptr;
    PredictedFront* m_front = nullptr;
};

} // namespace kerf::ui
