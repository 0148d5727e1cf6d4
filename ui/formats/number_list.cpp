// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/formats/number_list.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <QHeaderView>
#include <QLabel>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/filter_bar.h"
#include "ui/formats/number_bench.h"
#include "ui/formats/number_words.h"
#include "ui/plan/plan_document.h"
#include "ui/row_table.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

/// Formats of the plan with the layers that have them, the most first.
std::vector<std::pair<std::string, int>> usedFormats(const PlanDocument& document)
{
    std::map<std::string, int> counts;
    if (!document.isEmpty())
        for (const auto& layer : document.plan().layers)
            ++counts[layer.format];
    std::vector<std::pair<std::string, int>> list(counts.begin(), counts.end());
    std::ranges::stable_sort(list, std::ranges::greater(), &std::pair<std::string, int>::second);
    return list;
}

} // namespace

NumberListModel::NumberListModel(QObject* parent)
    : QAbstractTableModel(parent)
{
    for (const core::NumberType& type : core::numberTypes()) {
        const core::NumberFacts facts = core::NumberView(type).facts();
        m_rows.push_back({ &type, facts.largest, facts.digits });
    }
}

int NumberListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int NumberListModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant NumberListModel::data(const QModelIndex& index, int role) const
{
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    const core::NumberType& type = *row.type;
    if (role == kNameRole)
        return toQt(type.name);
    if (role == kFilterRole)
        return tr("%1 %2 %3 bit %4")
            .arg(toQt(type.title), toQt(type.name), QString::number(type.bits()), toQt(type.format->summary()));
    if (role == Qt::ToolTipRole)
        return tr("%1\nScale: %2")
            .arg(layoutText(type),
                type.scaleStorage() == core::ScaleStorage::None ? tr("none") : scaleStorageText(type.scaleStorage()));
    if (role == Qt::TextAlignmentRole && index.column() != FormatColumn)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case FormatColumn:
        return toQt(type.title);
    case BitsColumn:
        return exactText(std::round(type.bitsPerWeight() * 100) / 100);
    case LargestColumn:
        return row.largest < 1e6 ? exactText(row.largest) : exactText(row.largest, 2);
    default:
        return row.digits ? numberText(*row.digits, 2) : QStringLiteral("–");
    }
}

QVariant NumberListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole && section != FormatColumn)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole) {
        const QStringList tips { QString(), tr("Bits per weight with scales and zero points counted"),
            tr("Largest value at scale 1"), tr("Significant decimal digits: bits of the significand times log₁₀ 2") };
        return tips[section];
    }
    if (role != Qt::DisplayRole)
        return {};
    return QStringList { tr("Format"), tr("Bits"), tr("Largest"), tr("Digits") }[section];
}

NumberList::NumberList(NumberBench* bench, PlanDocument* document, QWidget* parent)
    : QWidget(parent)
    , m_bench(bench)
    , m_document(document)
    , m_count(new QLabel(this))
    , m_view(new QTableView(this))
    , m_filtered(new QSortFilterProxyModel(this))
    , m_usedTitle(new QLabel(tr("<b>Used by the plan</b>"), this))
    , m_used(new QLabel(this))
{
    setObjectName(QStringLiteral("panel"));
    setAttribute(Qt::WA_StyledBackground);
    m_filtered->setSourceModel(new NumberListModel(this));
    m_filtered->setFilterRole(NumberListModel::kFilterRole);
    m_view->setObjectName(QStringLiteral("numberFormats"));
    m_view->setAccessibleName(tr("Number formats"));
    m_view->setModel(m_filtered);
    showAsRows(m_view, NumberListModel::FormatColumn);
    m_count->setForegroundRole(QPalette::PlaceholderText);
    m_used->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    m_used->setContentsMargins(10, 0, 10, 8);
    m_used->setWordWrap(true);
    m_usedTitle->setContentsMargins(10, 6, 10, 0);
    m_count->setContentsMargins(10, 0, 10, 4);
    auto* filter = new FilterBar(tr("Filter: fp8, 4 bit, block"), this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(filter);
    layout->addWidget(m_count);
    layout->addWidget(m_view, 1);
    layout->addWidget(m_usedTitle);
    layout->addWidget(m_used);
    connect(filter, &FilterBar::filterChanged, this, [this](const QRegularExpression& expression) {
        m_filtered->setFilterRegularExpression(expression);
        showCount();
        showCurrent();
    });
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& at) {
        if (at.isValid() && m_view->hasFocus())
            emit formatChosen(at.data(NumberListModel::kNameRole).toString());
    });
    connect(m_view, &QTableView::clicked, this,
        [this](const QModelIndex& at) { emit formatChosen(at.data(NumberListModel::kNameRole).toString()); });
    connect(m_used, &QLabel::linkActivated, this, &NumberList::formatChosen);
    connect(bench, &NumberBench::formatChanged, this, &NumberList::showCurrent);
    connect(document, &PlanDocument::planReset, this, &NumberList::showUsed);
    connect(document, &PlanDocument::layersChanged, this, &NumberList::showUsed);
    showCount();
    showCurrent();
    showUsed();
}

void NumberList::showCount()
{
    m_count->setText(tr("%1 of %2").arg(m_filtered->rowCount()).arg(m_filtered->sourceModel()->rowCount()));
}

void NumberList::showCurrent()
{
    const QString name = toQt(m_bench->view().type().name);
    for (int row = 0; row < m_filtered->rowCount(); ++row)
        if (m_filtered->index(row, 0).data(NumberListModel::kNameRole) == name) {
            m_view->setCurrentIndex(m_filtered->index(row, 0));
            return;
        }
    m_view->clearSelection();
}

void NumberList::showUsed()
{
    QStringList lines;
    for (const auto& [format, layers] : usedFormats(*m_document))
        lines << tr("<a href=\"%1\">%1</a>: %n layer(s)", nullptr, layers).arg(toQt(format).toHtmlEscaped());
    m_used->setText(lines.join(QStringLiteral("<br>")));
    m_usedTitle->setVisible(!lines.isEmpty());
    m_used->setVisible(!lines.isEmpty());
}

QString NumberList::usedText() const
{
    return m_used->text();
}

} // namespace kerf::ui
