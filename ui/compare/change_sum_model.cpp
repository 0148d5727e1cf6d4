// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/compare/change_sum_model.h"

#include <cmath>

#include <QFont>

#include "ui/value_text.h"

namespace kerf::ui {
namespace {

QString changeText(core::Change change)
{
    switch (change) {
    case core::Change::MoreBits:
        return ChangeSumModel::tr("More bits");
    case core::Change::FewerBits:
        return ChangeSumModel::tr("Fewer bits");
    case core::Change::OtherFormat:
        return ChangeSumModel::tr("Other format of as many bits");
    case core::Change::OtherMethod:
        return ChangeSumModel::tr("Other method");
    case core::Change::None:
        break;
    }
    return {};
}

/// With a sign that a minus of ASCII would be too short for.
QString withSign(bool isPositive, bool isZero, const QString& size)
{
    return isZero ? size : isPositive ? u'+' + size : QChar(0x2212) + size;
}

QString kldText(const core::Prediction& kld)
{
    return withSign(kld.kld > 0, kld.kld == 0, measuredText(std::abs(kld.kld), kld.stderr_));
}

} // namespace

void ChangeSumModel::show(const core::PlanComparison& plans, std::optional<core::Prediction> measured)
{
    beginResetModel();
    m_rows.clear();
    m_all = plans.layers.size();
    for (const core::ChangeSum& sum : plans.sums)
        m_rows.push_back({ changeText(sum.change), sum.layers, sum.bytes, sum.kld });
    if (m_all > 0)
        m_rows.push_back({ tr("Together"), plans.together.layers, plans.together.bytes, plans.together.kld, true });
    if (measured)
        m_rows.push_back({ tr("Measured"), {}, {}, measured, true });
    endResetModel();
}

void ChangeSumModel::clear()
{
    show({}, {});
}

int ChangeSumModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ChangeSumModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ChangeSumModel::data(const QModelIndex& at, int role) const
{
    if (!checkIndex(at, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row& row = m_rows[static_cast<std::size_t>(at.row())];
    if (role == Qt::TextAlignmentRole)
        return int((at.column() == ChangeColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role == Qt::FontRole && row.isTotal) {
        QFont bold;
        bold.setBold(true);
        return bold;
    }
    if (role != Qt::DisplayRole)
        return {};
    switch (at.column()) {
    case ChangeColumn:
        return row.text;
    case LayersColumn:
        return !row.layers ? QString()
            : row.isTotal  ? tr("%1 of %2").arg(*row.layers).arg(m_all)
                           : QString::number(*row.layers);
    case BytesColumn:
        return row.bytes ? withSign(*row.bytes > 0, *row.bytes == 0, bytesText(std::abs(*row.bytes))) : QString();
    default:
        return row.kld ? kldText(*row.kld) : QStringLiteral("–");
    }
}

QVariant ChangeSumModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == ChangeColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && section == KldColumn)
        return tr("By the profile, layer by layer; – where it does not know a format or method of them: %1")
            .arg(m_divergence.full);
    if (role != Qt::DisplayRole)
        return {};
    const QString names[]
        = { tr("What the change bought"), tr("Layers"), tr("Bytes"), tr("%1, predicted").arg(m_divergence.head) };
    return names[section];
}

} // namespace kerf::ui
