// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/format/shared_scales.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "core/base/parallel.h"

namespace kerf::core {
namespace {

constexpr int kShrinkSteps = 24;
constexpr double kSmallestShrink = 0.52; // 1.00, 0.98 … 0.52

std::int64_t tiles(std::int64_t size, std::int64_t tile)
{
    return (size + tile - 1) / tile;
}

/// Rows [firstRow, endRow) and groups [firstGroup, endGroup) that share a scale.
struct Block {
    std::int64_t firstRow, endRow, firstGroup, endGroup;
};

Block blockAt(const SharedBlocks& blocks, const GroupParams& params, std::int64_t index)
{
    const std::int64_t across = tiles(params.scales.rows(), blocks.blockGroups);
    const std::int64_t row = index / across * blocks.blockRows, group = index % across * blocks.blockGroups;
    return { row, std::min<std::int64_t>(row + blocks.blockRows, params.scales.cols()), group,
        std::min<std::int64_t>(group + blocks.blockGroups, params.scales.rows()) };
}

std::int64_t blockCount(const SharedBlocks& blocks, const GroupParams& params)
{
    return tiles(params.scales.cols(), blocks.blockRows) * tiles(params.scales.rows(), blocks.blockGroups);
}

float zeroAt(const GroupParams& params, std::int64_t group, std::int64_t row)
{
    return params.zeros.size() > 0 ? params.zeros(group, row) : 0.0f;
}

/// Rows in parallel, summed in their order.
double costOf(const Block& block, const GroupParams& params, float scale, const GroupCost& cost)
{
    std::vector<double> sums(static_cast<std::size_t>(block.endRow - block.firstRow));
    parallelFor(static_cast<std::int64_t>(sums.size()), [&](std::int64_t i) {
        for (std::int64_t g = block.firstGroup; g < block.endGroup; ++g)
            sums[static_cast<std::size_t>(i)]
                += cost(g, block.firstRow + i, scale, zeroAt(params, g, block.firstRow + i));
    });
    double total = 0;
    for (const double sum : sums)
        total += sum;
    return total;
}

float bestScale(
    const Block& block, const GroupParams& params, const std::function<float(float)>& stored, const GroupCost& cost)
{
    const float largest
        = params.scales
              .block(block.firstGroup, block.firstRow, block.endGroup - block.firstGroup, block.endRow - block.firstRow)
              .maxCoeff();
    float best = stored(largest);
    if (!cost)
        return best;
    double least = costOf(block, params, best, cost);
    for (int step = 1; step <= kShrinkSteps; ++step) {
        const double shrink = 1 - (1 - kSmallestShrink) * step / kShrinkSteps;
        const float tried = stored(static_cast<float>(largest * shrink));
        const double error = costOf(block, params, tried, cost);
        if (error < least) {
            least = error;
            best = tried;
        }
    }
    return best;
}

} // namespace

std::vector<float> shareScales(
    const SharedBlocks& blocks, GroupParams& params, const std::function<float(float)>& stored, const GroupCost& cost)
{
    std::vector<float> shared;
    for (std::int64_t index = 0; index < blockCount(blocks, params); ++index)
        shared.push_back(bestScale(blockAt(blocks, params, index), params, stored, cost));
    spreadScales(blocks, shared, params);
    return shared;
}

void spreadScales(const SharedBlocks& blocks, std::span<const float> shared, GroupParams& params)
{
    for (std::int64_t index = 0; index < blockCount(blocks, params); ++index) {
        const Block block = blockAt(blocks, params, index);
        params.scales
            .block(block.firstGroup, block.firstRow, block.endGroup - block.firstGroup, block.endRow - block.firstRow)
            .setConstant(shared[static_cast<std::size_t>(index)]);
    }
}

} // namespace kerf::core
