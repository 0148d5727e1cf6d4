// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <functional>

#include <QMainWindow>

#include "ui/actions.h"
#include "ui/heatmap/heatmap_model.h"
#include "ui/layers/layer_tree_model.h"
#include "ui/runs/run_table_model.h"
#include "ui/theme.h"
#include "ui/workbench.h"

class QComboBox;
class QDockWidget;
class QLabel;
class QStackedWidget;
class QTabWidget;
class QToolBar;

namespace kerf::ui {

class FormatPalette;
class FormatPaletteModel;
class Heatmap;
class JobBar;
class JobsPanel;
class LayersPanel;
class MessageBar;
class ParetoChart;
class PlanBar;
class PredictionChart;
class RunsPanel;
class WelcomePage;

/// One window on one model: lays out the views, connects the actions, keeps the layout.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(QWidget* parent = nullptr);
    ~MainWindow() override;

    Workbench* workbench() { return &m_workbench; }
    Actions* actions() { return m_actions; }
    /// Without a workspace: the default one of the model.
    void openModel(const std::filesystem::path& folder, const std::filesystem::path& workspace = {});
    ParetoChart* pareto() const { return m_pareto; }
    Heatmap* heatmap() const { return m_heatmap; }
    QString messageText() const;

protected:
    void closeEvent(QCloseEvent* event) override;
    void changeEvent(QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    // main_window.cpp: the parts and where they stand
    void makeCentre();
    QWidget* makeMeasureChoice();
    void makeDocks();
    QDockWidget* addPanel(
        const QString& name, const QString& title, QWidget* content, QLabel** info, Qt::DockWidgetArea area);
    void makePlanBar();
    void makeStatusBar();
    void placePanels(); ///< where they stand at first
    void defaultLayout();
    void restoreLayout();
    void saveLayout();
    void showWorkspace(bool open);
    /// In a narrow window, or with a large font, the panels of a side share one place as tabs.
    void arrangePanels();
    void showModelText();
    // main_window_actions.cpp: what the actions do
    void connectFileActions();
    void connectPlanActions();
    void connectRunActions();
    void connectViewActions();
    void connectWorkbench();
    void connectProfileActions();
    void fillExportMenu();
    void fillRecipeMenu();
    void updateActions();
    void updateRecent();
    void updateTitle();
    void updateRuns();
    void updatePlanPoint();
    void updatePredictions();
    void updateMeasures();
    void askRequantize(const std::function<void()>& go);
    void openDataDialog(bool forProfile, std::function<void()> then);
    void openExportDialog(const std::string& target);
    void saveRecipe(const std::string& tool);
    void askForPredictionCheck();
    /// Why the solver cannot plan; empty when it can.
    QString solverProblem() const;
    void updateSolver(bool hasModel);
    void showProblems();
    void showShortcuts();
    void showAbout();
    void setTheme(ThemeMode mode);
    void showMessage(const QString& text, bool isError);
    void findInFocus();

    Workbench m_workbench;
    Actions* m_actions;
    HeatmapModel m_heatmapModel { m_workbench.document() };
    LayerTreeModel m_layerModel { m_workbench.document() };
    RunTableModel m_runModel;
    FormatPaletteModel* m_paletteModel;

    QStackedWidget* m_stack = nullptr;
    WelcomePage* m_welcome = nullptr;
    QWidget* m_welcomePage = nullptr; ///< that holds it and scrolls
    MessageBar* m_message = nullptr;
    QTabWidget* m_pages = nullptr;
    Heatmap* m_heatmap = nullptr;
    QComboBox* m_measure = nullptr;
    QComboBox* m_probe = nullptr;
    QToolBar* m_toolBar = nullptr;
    PlanBar* m_planBar = nullptr;
    LayersPanel* m_layers = nullptr;
    QTabWidget* m_choices = nullptr; ///< formats of layers, and what concerns the whole model
    FormatPalette* m_palette = nullptr;
    RunsPanel* m_runs = nullptr;
    JobsPanel* m_jobs = nullptr;
    ParetoChart* m_pareto = nullptr;
    PredictionChart* m_prediction = nullptr;
    QTabWidget* m_results = nullptr;
    JobBar* m_jobBar = nullptr;
    QLabel* m_statusText = nullptr;
    QLabel* m_measureCaption = nullptr; ///< it gives way in a narrow window
    QLabel* m_modelText = nullptr;
    QLabel* m_layersInfo = nullptr;
    QLabel* m_runsInfo = nullptr;
    std::vector<QDockWidget*> m_docks;
    QTimer m_solveTimer; ///< many slider moves, one solve
    double m_wantedBits = 0;
    int m_wantedDrag = 0;
    struct Room { ///< what the window has too little of
        bool narrow = false, low = false;
        bool operator==(const Room&) const = default;
    };
    Room m_room;
    QByteArray m_wideLayout; ///< while the window is small: how it was before
    QString m_modelSummary; ///< whole; the menu bar's corner shows what fits
    bool m_hasSample = false;
    bool m_closing = false; ///< the user chose to stop the job and close
};

} // namespace kerf::ui
