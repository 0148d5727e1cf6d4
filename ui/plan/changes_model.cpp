// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/changes_model.h"

#include <limits>

#include "ui/value_text.h"

namespace kerf::ui {
namespace {

QString rowText(const core::PlanLayer& row, const core::PlanLayer& other)
{
    return row.method == other.method ? toQt(row.format)
                                      : ChangesModel::tr("%1 by %2").arg(toQt(row.format), toQt(row.method));
}

} // namespace

ChangesModel::ChangesModel(const DivergenceText& divergence, QObject* parent)
    : QAbstractTableModel(parent)
    , m_divergence(divergence)
{
}

void ChangesModel::setDifference(core::PlanDifference difference)
{
    beginResetModel();
    m_difference = std::move(difference);
    endResetModel();
}

int ChangesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_difference.layers.size());
}

int ChangesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ChangesModel::display(const core::LayerChange& change, int column) const
{
    switch (column) {
    case LayerColumn:
        return toQt(change.after.layer);
    case BeforeColumn:
        return rowText(change.before, change.after);
    case AfterColumn:
        return rowText(change.after, change.before);
    case BytesColumn:
        return signedText(static_cast<double>(change.bytes), bytesText(std::abs(change.bytes)));
    default:
        return change.kld ? signedText(*change.kld, numberText(std::abs(*change.kld)))
                          : numberText(std::numeric_limits<double>::quiet_NaN());
    }
}

QVariant ChangesModel::data(const QModelIndex& at, int role) const
{
    if (!checkIndex(at, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const core::LayerChange& change = m_difference.layers[static_cast<std::size_t>(at.row())];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
        return display(change, at.column());
    case ValueRole:
        return at.column() == BytesColumn ? QVariant(qlonglong(change.bytes))
            : at.column() == KldColumn    ? QVariant(change.kld.value_or(std::numeric_limits<double>::quiet_NaN()))
                                          : QVariant(display(change, at.column()));
    case Qt::TextAlignmentRole:
        return int((at.column() >= BytesColumn ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    default:
        return {};
    }
}

QVariant ChangesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    const QString names[]
        = { tr("Layer"), tr("From"), tr("To"), tr("Bytes"), tr("Predicted %1").arg(m_divergence.within()) };
    if (role == Qt::TextAlignmentRole)
        return int((section >= BytesColumn ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    return role == Qt::DisplayRole ? QVariant(names[section]) : QVariant();
}

} // namespace kerf::ui
