// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QPointer>
#include <QWidget>

class QScrollArea;
class QSplitter;
class QStackedWidget;
class QTabWidget;

namespace kerf::core {
struct ExportReport;
}

namespace kerf::ui {

class Actions;
class ComparePage;
class GraphPage;
class Heatmap;
class HeatmapModel;
class LayerFormatsPage;
class MeasureChoice;
class MessageBar;
class PlanReference;
class PreflightPage;
class PredictionChart;
class WelcomePage;
class Workbench;

/// The middle of the window: the message bar, and below it the welcome page, or for an open model the map, its
/// graph, predicted against measured, the text with its tokens, generated texts, and a page for each export. Follows
/// the workbench.
class Centre : public QWidget {
    Q_OBJECT
public:
    Centre(Workbench* workbench, Actions* actions, QWidget* parent = nullptr);

    WelcomePage* welcome() const { return m_welcome; }
    Heatmap* heatmap() const { return m_heatmap; }
    MeasureChoice* measures() const { return m_measures; }
    GraphPage* graph() const { return m_graph; }
    LayerFormatsPage* layerFormats() const { return m_layerFormats; }
    PlanReference* reference() const { return m_reference; } ///< what the plan in hand is compared with
    /// Where there is room: the charts of the selected layer, under the map. Null takes them away; they stay the
    /// caller's.
    void setStrip(QWidget* strip);
    /// Opens the page of number formats, or brings it to the front; with a format, that one is in hand.
    void showNumberFormats(const QString& format = {});
    QString messageText() const;
    void showComparison(); ///< the page of compared runs
    bool isComparing() const; ///< it is in front

private:
    void makePages(Actions* actions);
    void makeGraph(Actions* actions);
    void followExperts(HeatmapModel* map);
    QWidget* makeMap(HeatmapModel* map);
    void followWorkbench();
    void showModel();
    void showWelcome();
    void showFailure(const QString& text);
    void showPredictions();
    void startRun();
    void openPreflight(bool always);
    void showPreflight(PreflightPage* page);
    void addPage(QWidget* page, const QString& title);
    void showModelPages(bool shown);
    void addExportPage(const core::ExportReport& report, const QString& target, const QString& run);

    Workbench* m_workbench;
    Actions* m_actions;
    MessageBar* m_message;
    QStackedWidget* m_stack;
    WelcomePage* m_welcome;
    QScrollArea* m_welcomeArea;
    QTabWidget* m_pages;
    QSplitter* m_mapPage = nullptr; ///< map, and below it what setStrip() has
    Heatmap* m_heatmap = nullptr;
    MeasureChoice* m_measures = nullptr;
    PlanReference* m_reference = nullptr;
    GraphPage* m_graph = nullptr;
    LayerFormatsPage* m_layerFormats = nullptr;
    PredictionChart* m_prediction = nullptr;
    ComparePage* m_compare = nullptr;
    QWidget* m_comparePage = nullptr; ///< what scrolls it
    QWidget* m_decidePage = nullptr; ///< likewise
    QPointer<QScrollArea> m_formats; ///< the page of number formats, while it is open
};

} // namespace kerf::ui
