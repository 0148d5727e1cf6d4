// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/plan/token_work.h"

#include <fmt/format.h>

#include "core/transform/transform.h"

namespace kerf::core {
namespace {

constexpr const char* kStored = "stored";

std::string productName(const std::string& format, const LayerShape& shape)
{
    return fmt::format("{} {} x {}", format, shape.rows, shape.cols);
}

} // namespace

LayerShapes layerShapes(const Network& network)
{
    LayerShapes shapes;
    for (const LayerInfo& layer : network.layers())
        shapes[layer.name] = layer.shape;
    return shapes;
}

std::string productName(const LayerFormat& format, const LayerShape& shape)
{
    return productName(format.weight->isUnquantized() ? kStored : format.name(), shape);
}

std::string frameName(const Plan& plan)
{
    std::string name = "around the layers";
    if (rotatesOnline(plan.transforms))
        name += ", rotating";
    // Runs of equal formats are written once.
    for (std::size_t at = 0; at < plan.kv.size();) {
        std::size_t end = at;
        while (end < plan.kv.size() && plan.kv[end] == plan.kv[at])
            ++end;
        name += fmt::format(", {} x {}", end - at, plan.kv[at]);
        at = end;
    }
    return name;
}

Result<TokenWork> tokenWork(const Plan& plan, const LayerShapes& shapes)
{
    TokenWork work { { frameName(plan), 1 } };
    for (const PlanLayer& row : plan.layers) {
        const auto shape = shapes.find(row.layer);
        if (shape == shapes.end())
            return fail(ErrorCode::InvalidArgument, fmt::format("The model has no layer {}.", row.layer));
        KERF_TRY(const LayerFormat format, parseLayerFormat(row.format));
        ++work[productName(format, shape->second)];
    }
    return work;
}

TokenWork storedTokenWork(const LayerShapes& shapes)
{
    TokenWork work { { frameName({}), 1 } };
    for (const auto& [layer, shape] : shapes)
        ++work[productName(kStored, shape)];
    return work;
}

} // namespace kerf::core
