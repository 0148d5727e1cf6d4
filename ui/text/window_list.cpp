// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/text/window_list.h"

#include <QHeaderView>
#include <QItemSelectionModel>
#include <QResizeEvent>
#include <QSignalBlocker>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/filter_bar.h"
#include "ui/row_table.h"
#include "ui/text/kld_charts.h"
#include "ui/text/window_model.h"

namespace kerf::ui {
namespace {

constexpr int kChartLines = 9; ///< the histogram's height in lines of text
constexpr int kCharactersForP99 = 52; ///< of the list's width, below which the tool tip tells it
constexpr int kLinesForChart = 34; ///< of the whole list, below which there is no room for it

} // namespace

WindowList::WindowList(QWidget* parent)
    : QWidget(parent)
    , m_windows(new WindowModel(this))
    , m_sorted(new QSortFilterProxyModel(this))
    , m_view(new QTableView(this))
    , m_classes(new ClassModel(this))
    , m_classView(new QTableView(this))
    , m_histogram(new KldHistogram(this))
{
    makeWindows();
    makeClasses();
    auto* filter = new FilterBar(tr("Find in the text"), this);
    connect(filter, &FilterBar::filterChanged, m_sorted,
        [this](const QRegularExpression& expression) { m_sorted->setFilterRegularExpression(expression); });
    m_histogram->setFixedHeight(kChartLines * fontMetrics().height());
    connect(m_histogram, &Chart::failed, this, &WindowList::failed);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(filter);
    layout->addWidget(m_view, 1);
    layout->addWidget(m_histogram);
    layout->addWidget(m_classView);
}

void WindowList::makeWindows()
{
    m_sorted->setSourceModel(m_windows);
    m_sorted->setSortRole(WindowModel::SortRole);
    m_sorted->setFilterRole(WindowModel::TextRole);
    m_view->setObjectName(QStringLiteral("windowView"));
    m_view->setAccessibleName(tr("Windows of the text"));
    m_view->setModel(m_sorted);
    m_view->setSortingEnabled(true);
    m_view->sortByColumn(WindowModel::MeanColumn, Qt::DescendingOrder);
    showAsRows(m_view, WindowModel::StartColumn);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // the first words give way
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& row) {
        if (row.isValid())
            emit windowChosen(m_sorted->mapToSource(row).row());
    });
    for (const auto signal : { &QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved })
        connect(m_sorted, signal, this, &WindowList::orderChanged);
    connect(m_sorted, &QAbstractItemModel::layoutChanged, this, &WindowList::orderChanged);
}

void WindowList::makeClasses()
{
    m_classView->setObjectName(QStringLiteral("classView"));
    m_classView->setAccessibleName(tr("Classes of tokens"));
    m_classView->setModel(m_classes);
    m_classView->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_classView->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    showAsRows(m_classView, ClassModel::NameColumn);
    connect(m_classView->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        const QModelIndexList rows = m_classView->selectionModel()->selectedRows();
        emit classChosen(rows.isEmpty() ? std::nullopt : std::optional(m_classes->kindOf(rows.front().row())));
    });
}

void WindowList::setText(const ShownTextPtr& text)
{
    const QSignalBlocker quiet(this);
    m_windows->setText(text);
    m_classes->setText(text);
    m_histogram->setText(text);
    m_classView->setFixedHeight(m_classView->horizontalHeader()->sizeHint().height()
        + m_classes->rowCount() * m_classView->verticalHeader()->defaultSectionSize() + 2);
}

QModelIndex WindowList::indexOf(int window) const
{
    return m_sorted->mapFromSource(m_windows->index(window, 0));
}

void WindowList::setWindow(int window)
{
    const QSignalBlocker quiet(this);
    const QModelIndex row = indexOf(window);
    if (row.isValid())
        m_view->setCurrentIndex(row);
    else
        m_view->clearSelection();
}

void WindowList::setFilter(std::optional<core::TokenClass> kind)
{
    const QSignalBlocker quiet(this);
    m_classView->clearSelection();
    for (int row = 0; kind && row < m_classes->rowCount(); ++row) {
        if (m_classes->kindOf(row) == *kind)
            m_classView->selectRow(row);
    }
}

int WindowList::neighbour(int window, int rows) const
{
    const QModelIndex from = indexOf(window);
    const int row = from.isValid() ? from.row() + rows : 0;
    return row < 0 || row >= m_sorted->rowCount() ? -1 : m_sorted->mapToSource(m_sorted->index(row, 0)).row();
}

std::vector<int> WindowList::order() const
{
    std::vector<int> windows;
    for (int row = 0; row < m_sorted->rowCount(); ++row)
        windows.push_back(m_sorted->mapToSource(m_sorted->index(row, 0)).row());
    return windows;
}

void WindowList::resizeEvent(QResizeEvent* event)
{
    m_histogram->setVisible(event->size().height() > kLinesForChart * fontMetrics().height());
    m_view->setColumnHidden(
        WindowModel::P99Column, event->size().width() < kCharactersForP99 * fontMetrics().averageCharWidth());
}

} // namespace kerf::ui
