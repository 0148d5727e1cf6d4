// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QWidget>

class QComboBox;
class QLabel;
class QSplitter;
class QStackedWidget;
class QTableView;
class QTabWidget;
class QToolButton;

namespace kerf::ui {

class Actions;
class AxesChart;
class ChangeSumModel;
class Comparison;
class EmptyState;
class LayerDifferencePanel;
class LayerErrorChart;
class MetricTableModel;
class PlanChangeModel;
class Workbench;

/// Two to eight runs side by side: metrics with the significance of their differences, what changed from plan to plan
/// and what it bought, weights and codes layer by layer, any axes; below them the error of every layer. Which runs it
/// is about is the selection's.
class ComparePage : public QWidget {
    Q_OBJECT
public:
    ComparePage(Workbench* workbench, Actions* actions, QWidget* parent = nullptr);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makePage();
    QWidget* makeBar();
    QWidget* makeMetrics();
    QWidget* makePlan();
    void followSelection();
    void placeErrors();
    void showRuns();
    void showMetrics();
    void showChoices();
    void showPlan();
    void chooseReference(int at);
    QString emptyText() const;
    QString footnote() const;

    Workbench* m_workbench;
    Actions* m_actions;
    Comparison* m_comparison;
    QStackedWidget* m_stack;
    EmptyState* m_empty;
    QSplitter* m_split;
    QTabWidget* m_tabs;
    QToolButton* m_differencesOnly;
    QComboBox* m_reference; ///< the run that the others are compared with
    QComboBox* m_other; ///< whose plan and layers are set beside the reference's
    MetricTableModel* m_metrics;
    QTableView* m_metricView;
    QLabel* m_footnote;
    QToolButton* m_evaluate;
    PlanChangeModel* m_changes;
    QTableView* m_changeView;
    ChangeSumModel* m_sums;
    QLabel* m_planNote;
    LayerDifferencePanel* m_layers;
    AxesChart* m_axes;
    LayerErrorChart* m_errors;
    bool m_isTall = false; ///< the errors stand below the tabs; else they are one of them
    bool m_isUpdating = false;
};

} // namespace kerf::ui
