// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/runs/runs_panel.h"

#include <QAction>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QScopedValueRollback>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/column_fitter.h"
#include "ui/empty_state.h"
#include "ui/filter_bar.h"
#include "ui/plan/explanation.h"
#include "ui/row_table.h"
#include "ui/runs/run_sort_proxy.h"
#include "ui/runs/run_table_model.h"
#include "ui/selection.h"

namespace kerf::ui {
namespace {

constexpr int kNameCharacters = 14; ///< of a run, at least

/// An editor keeps what is typed in it: the runs are read anew every second while a job runs.
class NameDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void setEditorData(QWidget* editor, const QModelIndex& index) const override
    {
        if (editor->property("begun").toBool())
            return;
        editor->setProperty("begun", true);
        QStyledItemDelegate::setEditorData(editor, index);
    }
};

} // namespace

RunsPanel::RunsPanel(RunTableModel* model, Selection* selection, QWidget* parent)
    : QWidget(parent)
    , m_model(model)
    , m_selection(selection)
    , m_proxy(new RunSortProxy(this))
    , m_view(new QTableView(this))
    , m_details(explanation(this))
    , m_empty(new EmptyState(this))
    , m_stack(new QStackedWidget(this))
{
    m_proxy->setSourceModel(model);
    m_view->setObjectName(QStringLiteral("runTable"));
    m_view->setAccessibleName(tr("Runs"));
    m_view->setModel(m_proxy);
    m_view->setSortingEnabled(true);
    m_view->horizontalHeader()->setSortIndicatorClearable(true);
    m_view->sortByColumn(-1, Qt::AscendingOrder);
    m_view->setEditTriggers(QAbstractItemView::EditKeyPressed);
    m_view->setItemDelegateForColumn(RunTableModel::NameColumn, new NameDelegate(m_view));
    // The name takes what the numbers leave and is cut in the middle; it keeps enough to tell runs apart.
    showAsRows(m_view, RunTableModel::NameColumn);
    new ColumnFitter(m_view, RunTableModel::NameColumn, kNameCharacters,
        { RunTableModel::SpeedColumn, RunTableModel::Top1Column, RunTableModel::DecodeColumn });
    m_view->installEventFilter(this);
    m_view->horizontalHeader()->moveSection(RunTableModel::CompareColumn, 0);
    m_view->setTextElideMode(Qt::ElideMiddle);
    m_view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->horizontalHeader()->setMinimumSectionSize(5 * fontMetrics().averageCharWidth());

    auto* page = new QWidget(this);
    page->setObjectName(QStringLiteral("panel"));
    page->setAttribute(Qt::WA_StyledBackground);
    auto* pageLayout = new QVBoxLayout(page);
    pageLayout->setContentsMargins(0, 0, 0, 0);
    pageLayout->setSpacing(0);
    auto* filter = new FilterBar(tr("Search name, tag, format, method, note"), page);
    pageLayout->addWidget(filter);
    pageLayout->addWidget(m_view, 1);
    pageLayout->addWidget(m_details);
    m_details->setObjectName(QStringLiteral("runDetails"));
    m_details->setAccessibleName(tr("Settings of the selected run"));
    m_details->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_details->setContentsMargins(10, 5, 10, 6);
    m_details->hide();
    m_stack->addWidget(m_empty);
    m_stack->addWidget(page);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);

    connect(filter, &FilterBar::filterChanged, this, [this](const QRegularExpression& text) {
        m_proxy->setFilterRegularExpression(text);
        emit countChanged();
    });
    const auto refresh = [this] {
        m_stack->setCurrentIndex(m_model->rowCount() > 0 ? 1 : 0);
        showTags();
        showSelection();
        emit countChanged();
    };
    for (const auto signal : { &QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved })
        connect(model, signal, this, refresh);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& at) {
        if (m_updating || !at.isValid())
            return;
        const QScopedValueRollback guard(m_updating, true);
        m_selection->setRun(at.data(RunTableModel::RunIdRole).toLongLong());
    });
    connect(m_view, &QTableView::doubleClicked, this,
        [this](const QModelIndex& at) { emit activated(at.data(RunTableModel::RunIdRole).toLongLong()); });
    connect(m_selection, &Selection::runChanged, this, &RunsPanel::showSelection);
    connect(m_selection, &Selection::comparedChanged, this,
        [this] { m_model->setCompared(m_selection->compared(), m_selection->reference()); });
    connect(model, &RunTableModel::compareToggled, m_selection, &Selection::toggleCompared);
    connect(model, &QAbstractItemModel::dataChanged, this, &RunsPanel::showDetails);
    connect(model, &QAbstractItemModel::dataChanged, this, &RunsPanel::showTags);
    showTags();
}

/// A column of tags that no run has takes no room.
void RunsPanel::showTags()
{
    const bool hasTags
        = std::ranges::any_of(m_model->runs(), [](const RunSummary& run) { return !run.tags.isEmpty(); });
    m_view->setColumnHidden(RunTableModel::TagsColumn, !hasTags);
}

bool RunsPanel::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_view && (event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress)) {
        auto* key = static_cast<QKeyEvent*>(event);
        QAction* action = actionOfKey(*key);
        if (action && event->type() == QEvent::KeyPress)
            action->trigger();
        key->setAccepted(action != nullptr || key->isAccepted());
        return action != nullptr;
    }
    return QWidget::eventFilter(watched, event);
}

/// Keys that mean something else in other panels: the table takes them before the window does.
QAction* RunsPanel::actionOfKey(const QKeyEvent& key) const
{
    if (key.modifiers() != Qt::NoModifier)
        return nullptr;
    for (QAction* action : m_view->actions())
        if ((key.key() == Qt::Key_Space || key.key() == Qt::Key_R) && action->shortcut() == QKeySequence(key.key()))
            return action;
    return nullptr;
}

void RunsPanel::setContextActions(const QList<QAction*>& actions)
{
    m_view->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_view->addActions(actions);
}

QString RunsPanel::countText() const
{
    const int shown = m_proxy->rowCount(), all = m_model->rowCount();
    return shown == all ? tr("%n run(s)", nullptr, all) : tr("%1 of %n run(s)", nullptr, all).arg(shown);
}

void RunsPanel::editName()
{
    const QModelIndex at = m_view->currentIndex();
    if (at.isValid())
        m_view->edit(at.siblingAtColumn(RunTableModel::NameColumn));
}

void RunsPanel::showDetails()
{
    const int row = m_model->rowOf(m_selection->run());
    const QString text = row < 0 ? QString() : m_model->index(row, 0).data(RunTableModel::SettingsRole).toString();
    m_details->setText(text);
    m_details->setVisible(!text.isEmpty());
}

void RunsPanel::showSelection()
{
    showDetails();
    if (m_updating)
        return;
    const QScopedValueRollback guard(m_updating, true);
    const int row = m_model->rowOf(m_selection->run());
    const QModelIndex at = row < 0 ? QModelIndex() : m_proxy->mapFromSource(m_model->index(row, 0));
    if (!at.isValid()) {
        m_view->clearSelection();
        return;
    }
    m_view->selectionModel()->setCurrentIndex(at, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    m_view->scrollTo(at);
}

} // namespace kerf::ui
