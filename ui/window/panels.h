// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QObject>

class QDockWidget;
class QLabel;
class QMainWindow;
class QTabWidget;

namespace kerf::ui {

class Actions;
class FormatPalette;
class FormatPaletteModel;
class LayersPanel;
class ParetoChart;
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
    /// The filter of the panel that has the focus, else that of the layers.
    void focusFilter();

private:
    QDockWidget* addPanel(const QString& name, const QString& title, QWidget* content, QWidget* titleBar);
    void addLayers();
    void addFormats(FormatPaletteModel* palette);
    void addResults();
    void addPareto();
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
    QTabWidget* m_results = nullptr;
    RunTableModel* m_runModel = nullptr;
    RunsPanel* m_runs = nullptr;
    ParetoChart* m_pareto = nullptr;
};

} // namespace kerf::ui
