// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <memory>

#include <QMainWindow>

#include "ui/actions.h"
#include "ui/plan/format_palette_model.h"
#include "ui/window/action_states.h"
#include "ui/window/file_actions.h"
#include "ui/window/panel_focus.h"
#include "ui/window/panel_layout.h"
#include "ui/window/panels.h"
#include "ui/window/plan_actions.h"
#include "ui/window/run_actions.h"
#include "ui/window/view_actions.h"
#include "ui/window/view_state.h"
#include "ui/workbench.h"

namespace kerf::ui {

class Centre;
class DesktopLink;
class DropTarget;
class Heatmap;
class ModelCaption;
class ParetoChart;
class PlanBar;
class Tour;

/// One window on one model: puts together the workbench, the actions, the views and their layout, each of which looks
/// after itself, and asks before it closes on a running job.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(QWidget* parent = nullptr);
    ~MainWindow() override;

    Workbench* workbench() { return &m_workbench; }
    Actions* actions() { return m_actions; }
    /// Without a workspace: the default one of the model.
    void openModel(const std::filesystem::path& folder, const std::filesystem::path& workspace = {});
    /// The model that was open last, in any window; nothing when there is none, or it is gone.
    void openLast();
    Tour* tour() const { return m_tour; }
    ParetoChart* pareto() const { return m_panels.pareto(); }
    Heatmap* heatmap() const;
    QString messageText() const;

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    PlanBar* makePlanBar();
    QToolBar* makeToolBar();
    void makeStatusBar();
    void connectParts();
    void followModel();
    void followJobs();
    void askToStop();

    Workbench m_workbench; ///< first: all others look at it
    Actions* m_actions;
    FormatPaletteModel m_palette { m_workbench.document(), m_workbench.selection() };
    FileActions m_fileActions;
    PlanActions m_planActions;
    RunActions m_runActions;
    ViewActions m_viewActions;
    ActionStates m_states;
    ViewState m_viewState { &m_workbench };
    Centre* m_centre;
    PlanBar* m_planBar;
    Panels m_panels;
    PanelLayout m_layout;
    PanelFocus m_focus;
    std::unique_ptr<DesktopLink> m_desktop;
    ModelCaption* m_caption = nullptr;
    DropTarget* m_drop = nullptr;
    Tour* m_tour = nullptr;
    bool m_closing = false; ///< the user chose to stop the job and close
};

} // namespace kerf::ui
