// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The grid of the map, and its cells that stand for several layers of a block.

#include <cmath>
#include <limits>

#include "ui/heatmap/heatmap_model.h"
#include "ui/value_text.h"

namespace kerf::ui {

QString HeatmapModel::mixedFormats()
{
    return tr("mixed");
}

const HeatmapModel::Cell& HeatmapModel::cell(int row, int column) const
{
    static const Cell none;
    const Place& at = place(row, column);
    if (at.group >= 0)
        return m_groups[static_cast<std::size_t>(at.group)].cell;
    return at.layer >= 0 ? m_layers[static_cast<std::size_t>(at.layer)] : none;
}

std::span<const int> HeatmapModel::layersOf(int row, int column) const
{
    const Place& at = place(row, column);
    if (at.group >= 0)
        return m_groups[static_cast<std::size_t>(at.group)].layers;
    return at.layer >= 0 ? std::span(&at.layer, 1) : std::span<const int>();
}

QPoint HeatmapModel::position(int layer) const
{
    return { network()->layers()[static_cast<std::size_t>(layer)].block, m_rows.rowOf(layer) };
}

/// The layers keep their values and colours: only where they stand is another.
template <typename Change> void HeatmapModel::changeRows(Change&& change)
{
    beginResetModel();
    change();
    arrange();
    fillGroups();
    computeShares();
    endResetModel();
}

void HeatmapModel::setOpen(int row, bool open)
{
    changeRows([&] { m_rows.setOpen(row, open); });
}

void HeatmapModel::setAllOpen(bool open)
{
    changeRows([&] { m_rows.setAllOpen(open); });
}

void HeatmapModel::arrange()
{
    m_groups.clear();
    m_grid.assign(static_cast<std::size_t>(m_rows.size()) * static_cast<std::size_t>(m_blocks), {});
    const auto at = [this](int row, int column) -> Place& { return m_grid[offset(row, column)]; };
    for (const Cell& each : m_layers) {
        const QPoint own = position(each.layer);
        const int role = m_rows.roleRowOf(each.layer);
        if (own.y() != role)
            at(own.y(), own.x()).layer = each.layer;
        Place& shared = at(role, own.x());
        if (shared.layer < 0) {
            shared.layer = each.layer;
            continue;
        }
        if (shared.group < 0) {
            shared.group = static_cast<int>(m_groups.size());
            m_groups.push_back({ {}, { shared.layer } });
        }
        m_groups[static_cast<std::size_t>(shared.group)].layers.push_back(each.layer);
    }
}

void HeatmapModel::fillGroups()
{
    for (Group& group : m_groups)
        fillGroup(group);
}

/// One format and method where all layers have the same; bits over all weights; the mean of the measure where it is
/// known, so that colours mean what they mean for one layer.
void HeatmapModel::fillGroup(Group& group) const
{
    Cell all = layerCell(group.layers.front());
    all.layers = static_cast<int>(group.layers.size());
    double weights = 0, bits = 0, sum = 0;
    int known = 0;
    for (const int layer : group.layers) {
        const Cell& each = layerCell(layer);
        const core::LayerShape& shape = network()->layers()[static_cast<std::size_t>(layer)].shape;
        const double size = static_cast<double>(shape.rows) * static_cast<double>(shape.cols);
        weights += size;
        bits += size * each.bits;
        if (!std::isnan(each.value)) {
            sum += each.value;
            ++known;
        }
        all.isMixed |= each.format != all.format;
        if (each.method != all.method)
            all.method.clear();
        all.problem |= each.problem;
        all.locked &= each.locked;
    }
    if (all.isMixed) {
        all.format = mixedFormats();
        all.text = QStringLiteral("…");
    }
    all.bits = bits / weights;
    all.value = known > 0 ? sum / known : std::numeric_limits<double>::quiet_NaN();
    fillColor(all);
    group.cell = std::move(all);
}

QString HeatmapModel::describeGroup(int row, int column) const
{
    const Cell& each = cell(row, column);
    QString place
        = tr("Block %1, %2: %n layers, %3", nullptr, each.layers).arg(column).arg(m_rows.at(row).name, each.format);
    if (each.locked)
        place = tr("%1, locked").arg(place);
    return std::isnan(each.value) ? place : tr("%1, mean of %2 %3").arg(place, measureText(), numberText(each.value));
}

} // namespace kerf::ui
