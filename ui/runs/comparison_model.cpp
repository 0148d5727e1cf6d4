// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/runs/comparison_model.h"

#include <limits>

#include "ui/value_text.h"

namespace kerf::ui {
namespace {

/// Of a column of numbers; nothing where it is not known.
std::optional<double> numberOf(const core::LayerComparison& layer, int column)
{
    switch (column) {
    case ComparisonModel::FirstErrorColumn:
        return layer.errors[0];
    case ComparisonModel::SecondErrorColumn:
        return layer.errors[1];
    case ComparisonModel::DistanceColumn:
        return layer.distance;
    default:
        return layer.codesDiffer;
    }
}

QString textOf(const core::LayerComparison& layer, int column)
{
    if (column == ComparisonModel::LayerColumn)
        return toQt(layer.layer);
    if (column == ComparisonModel::FirstFormatColumn)
        return toQt(layer.formats[0]);
    if (column == ComparisonModel::SecondFormatColumn)
        return toQt(layer.formats[1]);
    const std::optional<double> number = numberOf(layer, column);
    if (!number)
        return QStringLiteral("–");
    return numberText(100 * *number) + QStringLiteral(" %");
}

bool isText(int column)
{
    return column <= ComparisonModel::SecondFormatColumn;
}

} // namespace

void ComparisonModel::show(std::vector<core::LayerComparison> layers, const std::array<QString, 2>& runs)
{
    beginResetModel();
    m_layers = std::move(layers);
    m_runs = runs;
    endResetModel();
}

int ComparisonModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_layers.size());
}

int ComparisonModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(ColumnCount);
}

QVariant ComparisonModel::data(const QModelIndex& at, int role) const
{
    const core::LayerComparison& layer = m_layers[static_cast<std::size_t>(at.row())];
    if (role == Qt::DisplayRole || (role == Qt::ToolTipRole && isText(at.column())))
        return textOf(layer, at.column());
    if (role == SortRole && isText(at.column()))
        return at.column() == LayerColumn ? QVariant(at.row()) : QVariant(textOf(layer, at.column()));
    if (role == SortRole)
        return numberOf(layer, at.column()).value_or(-1);
    if (role == Qt::TextAlignmentRole && !isText(at.column()))
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    return {};
}

QVariant ComparisonModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole)
        return QVariant((isText(section) ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (orientation != Qt::Horizontal || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    const std::array<QString, ColumnCount> names { tr("Layer"), tr("Format A"), tr("Format B"), tr("Error A"),
        tr("Error B"), tr("Apart"), tr("Codes ≠") };
    const std::array<QString, ColumnCount> tips { tr("In the model's order"), m_runs[0], m_runs[1],
        tr("Size of what rounding changed in the weight, by the size of the weight, in %1").arg(m_runs[0]),
        tr("Size of what rounding changed in the weight, by the size of the weight, in %1").arg(m_runs[1]),
        tr("Size of the difference of the two weights, by the size of the original's"),
        tr("Share of the codes that are not the same, where both have one format") };
    return role == Qt::DisplayRole ? names[static_cast<std::size_t>(section)] : tips[static_cast<std::size_t>(section)];
}

} // namespace kerf::ui
