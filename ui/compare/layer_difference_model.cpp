// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/compare/layer_difference_model.h"

#include <limits>

#include "ui/value_text.h"

namespace kerf::ui {
namespace {

/// Of a column of numbers; nothing where it is not known.
std::optional<double> numberOf(const core::LayerComparison& layer, int column)
{
    switch (column) {
    case LayerDifferenceModel::FirstErrorColumn:
        return layer.errors[0];
    case LayerDifferenceModel::SecondErrorColumn:
        return layer.errors[1];
    case LayerDifferenceModel::DistanceColumn:
        return layer.distance;
    default:
        return layer.codesDiffer;
    }
}

QString textOf(const core::LayerComparison& layer, int column)
{
    if (column == LayerDifferenceModel::LayerColumn)
        return toQt(layer.layer);
    if (column == LayerDifferenceModel::FirstFormatColumn)
        return toQt(layer.formats[0]);
    if (column == LayerDifferenceModel::SecondFormatColumn)
        return toQt(layer.formats[1]);
    const std::optional<double> number = numberOf(layer, column);
    if (!number)
        return QStringLiteral("–");
    return numberText(100 * *number) + QStringLiteral(" %");
}

bool isText(int column)
{
    return column <= LayerDifferenceModel::SecondFormatColumn;
}

} // namespace

void LayerDifferenceModel::show(std::vector<core::LayerComparison> layers, const std::array<QString, 2>& runs)
{
    beginResetModel();
    m_layers = std::move(layers);
    m_runs = runs;
    endResetModel();
}

int LayerDifferenceModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_layers.size());
}

int LayerDifferenceModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(ColumnCount);
}

QVariant LayerDifferenceModel::data(const QModelIndex& at, int role) const
{
    if (!checkIndex(at, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
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

QVariant LayerDifferenceModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole)
        return QVariant((isText(section) ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount
        || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    // A run's title begins with its letter.
    const std::array<QString, 2> letters { m_runs[0].section(u' ', 0, 0), m_runs[1].section(u' ', 0, 0) };
    const std::array<QString, ColumnCount> names { tr("Layer"), tr("Format %1").arg(letters[0]),
        tr("Format %1").arg(letters[1]), tr("Error %1").arg(letters[0]), tr("Error %1").arg(letters[1]), tr("Apart"),
        tr("Codes ≠") };
    const std::array<QString, ColumnCount> tips { tr("In the model's order"), m_runs[0], m_runs[1],
        tr("Size of what rounding changed in the weight, by the size of the weight, in %1").arg(m_runs[0]),
        tr("Size of what rounding changed in the weight, by the size of the weight, in %1").arg(m_runs[1]),
        tr("Size of the difference of the two weights, by the size of the original's"),
        tr("Share of the codes that are not the same, where both have one format") };
    return role == Qt::DisplayRole ? names[static_cast<std::size_t>(section)] : tips[static_cast<std::size_t>(section)];
}

} // namespace kerf::ui
