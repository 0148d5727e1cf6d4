// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/compare/plan_change_model.h"

#include <algorithm>
#include <cmath>

#include <QApplication>

#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

/// What stands in a cell: bits, or where they are as many the word that says what changed.
QString cellText(const core::ComparedLayer& layer)
{
    switch (layer.change) {
    case core::Change::MoreBits:
    case core::Change::FewerBits:
        return PlanChangeModel::tr("%1 → %2").arg(layer.codeBits[0]).arg(layer.codeBits[1]);
    case core::Change::OtherFormat:
        return PlanChangeModel::tr("%1 ≠").arg(layer.codeBits[1]);
    case core::Change::OtherMethod:
        return PlanChangeModel::tr("method");
    case core::Change::None:
        break;
    }
    return QStringLiteral("·");
}

/// The more bits change, the fuller the colour.
QVariant background(const core::ComparedLayer& layer)
{
    const int bits = layer.codeBits[1] - layer.codeBits[0];
    if (layer.change == core::Change::None)
        return {};
    const ThemeColors& colors = themeColors(QApplication::palette());
    QColor color = bits > 0 ? colors.accent : bits < 0 ? colors.warning : colors.dim;
    color.setAlpha(std::min(60 + 40 * std::abs(bits), 200));
    return color;
}

QString signedBytes(std::int64_t bytes)
{
    const QString size = bytesText(std::abs(bytes));
    return bytes > 0 ? u'+' + size : bytes < 0 ? QChar(0x2212) + size : size;
}

} // namespace

void PlanChangeModel::show(const core::PlanComparison& plans, const QString& first, const QString& second)
{
    beginResetModel();
    m_layers = plans.layers;
    m_first = first;
    m_second = second;
    m_roles.clear();
    m_blocks.clear();
    for (const core::ComparedLayer& layer : m_layers) {
        if (!m_roles.contains(toQt(layer.role)))
            m_roles << toQt(layer.role);
        if (std::ranges::find(m_blocks, layer.block) == m_blocks.end())
            m_blocks.push_back(layer.block);
    }
    m_cells.assign(m_blocks.size() * static_cast<std::size_t>(m_roles.size()), -1);
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        const auto column = std::ranges::find(m_blocks, m_layers[i].block) - m_blocks.begin();
        const auto row = static_cast<std::size_t>(m_roles.indexOf(toQt(m_layers[i].role)));
        m_cells[row * m_blocks.size() + static_cast<std::size_t>(column)] = static_cast<int>(i);
    }
    endResetModel();
}

void PlanChangeModel::clear()
{
    show({}, {}, {});
}

int PlanChangeModel::layerAt(const QModelIndex& at) const
{
    return m_cells[static_cast<std::size_t>(at.row()) * m_blocks.size() + static_cast<std::size_t>(at.column())];
}

const core::ComparedLayer* PlanChangeModel::change(const QModelIndex& at) const
{
    const int layer = layerAt(at);
    return layer < 0 ? nullptr : &m_layers[static_cast<std::size_t>(layer)];
}

QModelIndex PlanChangeModel::indexOf(int layer) const
{
    const auto found = std::ranges::find(m_cells, layer);
    if (layer < 0 || found == m_cells.end())
        return {};
    const auto at = static_cast<int>(found - m_cells.begin()), blocks = static_cast<int>(m_blocks.size());
    return index(at / blocks, at % blocks);
}

int PlanChangeModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_roles.size());
}

int PlanChangeModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_blocks.size());
}

QString PlanChangeModel::toolTip(const core::ComparedLayer& layer) const
{
    const auto side = [&](std::size_t i) {
        const QString format = toQt(layer.formats[i]);
        return layer.methods[i].empty() ? format : tr("%1 by %2").arg(format, toQt(layer.methods[i]));
    };
    QStringList lines { toQt(layer.layer), tr("%1: %2").arg(m_first, side(0)), tr("%1: %2").arg(m_second, side(1)) };
    if (layer.change == core::Change::None)
        return lines.join(u'\n');
    lines << tr("Bytes: %1").arg(signedBytes(layer.bytes));
    if (layer.kld)
        lines << tr("%1, predicted: %2")
                     .arg(m_divergence.head, m_divergence.amount(measuredText(layer.kld->kld, layer.kld->stderr_)));
    return lines.join(u'\n');
}

QVariant PlanChangeModel::data(const QModelIndex& at, int role) const
{
    if (!checkIndex(at, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    if (role == LayerRole)
        return layerAt(at);
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignCenter);
    const core::ComparedLayer* layer = change(at);
    if (!layer)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return cellText(*layer);
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole:
        return toolTip(*layer);
    case Qt::BackgroundRole:
        return background(*layer);
    default:
        return {};
    }
}

QVariant PlanChangeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role == Qt::DisplayRole && orientation == Qt::Horizontal && section < columnCount())
        return QString::number(m_blocks[static_cast<std::size_t>(section)]);
    if (role == Qt::DisplayRole && orientation == Qt::Vertical && section < rowCount())
        return m_roles[section];
    if (role == Qt::ToolTipRole && orientation == Qt::Horizontal && section < columnCount())
        return tr("Block %1").arg(m_blocks[static_cast<std::size_t>(section)]);
    return {};
}

} // namespace kerf::ui
