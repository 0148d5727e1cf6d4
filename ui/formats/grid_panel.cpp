// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/formats/grid_panel.h"

#include <algorithm>

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QSpinBox>
#include <QTableWidget>
#include <QVBoxLayout>

#include "ui/formats/grid_lookup.h"
#include "ui/formats/group_chart.h"
#include "ui/row_table.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {

GridPanel::GridPanel(Workbench* workbench, QWidget* parent)
    : QWidget(parent)
    , m_lookup(new GridLookup(workbench, this))
    , m_title(new QLabel(this))
    , m_group(new QSpinBox(this))
    , m_format(new QComboBox(this))
    , m_chart(new GroupChart(this))
    , m_caption(new QLabel(this))
    , m_errors(new QTableWidget(0, 3, this))
{
    setObjectName(QStringLiteral("panel"));
    setAttribute(Qt::WA_StyledBackground);
    setAccessibleName(tr("Weights on a grid"));
    makeTable();
    auto* right = new QVBoxLayout;
    right->setContentsMargins(0, 8, 10, 8);
    right->addWidget(m_caption);
    right->addWidget(m_errors, 1);
    auto* parts = new QHBoxLayout;
    parts->addWidget(m_chart, 5);
    parts->addLayout(right, 4);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeBar());
    layout->addLayout(parts, 1);
    connect(m_lookup, &GridLookup::changed, this, &GridPanel::update);
    connect(m_chart, &GroupChart::groupWanted, m_group, [this](int by) { m_group->setValue(m_group->value() + by); });
    connect(
        m_chart, &Chart::failed, workbench, [workbench](const QString& text) { emit workbench->message(text, true); });
    update();
}

QWidget* GridPanel::makeBar()
{
    auto* bar = new QWidget(this);
    QFont bold = m_title->font();
    bold.setBold(true);
    m_title->setFont(bold);
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_group->setObjectName(QStringLiteral("gridGroup"));
    m_group->setPrefix(tr("group "));
    m_group->setMinimum(1);
    m_group->setGroupSeparatorShown(true);
    m_group->setKeyboardTracking(false);
    m_group->setAccessibleName(tr("Group of weights that share a scale"));
    m_format->setObjectName(QStringLiteral("gridFormat"));
    m_format->setAccessibleName(tr("Format of the grid"));
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(10, 6, 10, 0);
    layout->addWidget(m_title, 1);
    layout->addWidget(m_group);
    layout->addWidget(m_format);
    connect(m_group, &QSpinBox::valueChanged, m_lookup, [this](int group) { m_lookup->setGroup(group - 1); });
    connect(m_format, &QComboBox::activated, m_lookup, [this](int at) { m_lookup->setFormat(m_format->itemText(at)); });
    return bar;
}

void GridPanel::makeTable()
{
    m_errors->setObjectName(QStringLiteral("gridErrors"));
    m_errors->setAccessibleName(tr("Error of every format by round to nearest"));
    m_errors->setHorizontalHeaderLabels({ tr("Format"), tr("Bits"), tr("Error") });
    m_errors->setEditTriggers(QAbstractItemView::NoEditTriggers);
    showAsRows(m_errors, 0);
    m_errors->horizontalHeaderItem(2)->setToolTip(tr("|W − Q|² ÷ |W|² of the whole, by round to nearest"));
    m_caption->setWordWrap(true);
    connect(m_errors, &QTableWidget::cellClicked, m_lookup,
        [this](int row) { m_lookup->setFormat(m_errors->item(row, 0)->text()); });
}

QString GridPanel::titleText() const
{
    return m_title->text();
}

void GridPanel::showFormat(const QString& format)
{
    m_lookup->setFormat(format);
}

void GridPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_lookup->setWatched(true);
}

void GridPanel::hideEvent(QHideEvent* event)
{
    m_lookup->setWatched(false);
    QWidget::hideEvent(event);
}

void GridPanel::update()
{
    QStringList names;
    for (int i = 0; i < m_format->count(); ++i)
        names << m_format->itemText(i);
    if (names != m_lookup->formats()) {
        m_format->clear();
        m_format->addItems(m_lookup->formats());
    }
    m_format->setCurrentText(m_lookup->format());
    showGroup();
    showErrors();
}

void GridPanel::showGroup()
{
    const GridLookup::Found* found = m_lookup->found();
    const bool isKnown = found && found->format == m_lookup->format();
    if (found)
        m_title->setText(
            found->layer.isEmpty() ? tr("Standard Gaussian on a Grid") : tr("%1 on a Grid").arg(found->layer));
    else
        m_title->setText(tr("On a Grid"));
    m_title->setToolTip(found && found->layer.isEmpty()
            ? tr("No layer is selected: 256 × 1,024 independent standard normal numbers stand for a weight")
            : m_title->text());
    if (isKnown && found->group) {
        const QSignalBlocker quiet(m_group);
        m_group->setMaximum(static_cast<int>(found->group->grid.groups));
        m_group->setValue(static_cast<int>(m_lookup->group()) + 1); // what is asked for, not what is still shown
        m_chart->show(*found->group, found->format);
    } else if (isKnown) {
        m_chart->clear(found->noGroup);
    } else {
        m_chart->clear(m_lookup->problem().isEmpty() ? tr("Reading weights…") : m_lookup->problem());
    }
    m_group->setEnabled(isKnown && found->group);
}

void GridPanel::showErrors()
{
    const GridLookup::Found* found = m_lookup->found();
    const bool isGaussian = found && found->layer.isEmpty();
    if (!found || !found->errors) {
        m_caption->setText(m_lookup->problem().isEmpty() ? tr("Rounding the weights…") : QString());
        m_errors->setRowCount(0);
        return;
    }
    m_caption->setText(isGaussian ? tr("<b>Error ÷ numbers, rtn</b><br>No layer is selected: standard normal numbers")
                                  : tr("<b>Weight error ÷ weights, rtn</b>"));
    std::vector<core::ErrorPoint> points = found->errors->points;
    std::ranges::stable_sort(points, {}, &core::ErrorPoint::error);
    m_errors->setRowCount(static_cast<int>(points.size()));
    for (int row = 0; row < m_errors->rowCount(); ++row) {
        const core::ErrorPoint& point = points[static_cast<std::size_t>(row)];
        const QStringList cells { toQt(point.format), numberText(point.bitsPerWeight, 3), numberText(point.error) };
        for (int column = 0; column < 3; ++column) {
            auto* item = new QTableWidgetItem(cells[column]);
            if (column > 0)
                item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            m_errors->setItem(row, column, item);
        }
        if (cells[0] == m_lookup->format())
            m_errors->selectRow(row);
    }
}

} // namespace kerf::ui
