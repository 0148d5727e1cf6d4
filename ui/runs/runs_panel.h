// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QWidget>

#include "core/workspace/workspace.h"

class QAction;
class QKeyEvent;
class QLabel;
class QStackedWidget;
class QTableView;

namespace kerf::ui {

class EmptyState;
class RunSortProxy;
class RunTableModel;
class Selection;

/// Search field, table of runs and a line on the selected one, tied to the shared selection.
class RunsPanel : public QWidget {
    Q_OBJECT
public:
    RunsPanel(RunTableModel* model, Selection* selection, QWidget* parent = nullptr);

    QTableView* view() const { return m_view; }
    EmptyState* emptyState() const { return m_empty; }
    /// The context menu repeats what the menus offer.
    void setContextActions(const QList<QAction*>& actions);
    QString countText() const; ///< "8 runs"
    void editName(); ///< of the selected run

signals:
    void countChanged();
    void activated(kerf::core::RowId run); ///< double click or Enter

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QAction* actionOfKey(const QKeyEvent& key) const;
    void showTags();
    void showSelection();
    void showDetails();

    RunTableModel* m_model;
    Selection* m_selection;
    RunSortProxy* m_proxy;
    QTableView* m_view;
    QLabel* m_details; ///< what the selected run did
    EmptyState* m_empty;
    QStackedWidget* m_stack;
    bool m_updating = false;
};

} // namespace kerf::ui
