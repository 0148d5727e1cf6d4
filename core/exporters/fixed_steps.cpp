// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/fixed_steps.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/exporters/carried_tensors.h"

namespace kerf::core {
namespace {

std::string attentionOf(const Network& network, int block)
{
    for (const LayerInfo& layer : network.layers())
        if (layer.block == block && layer.role == "k")
            return layer.name.substr(0, layer.name.rfind('.'));
    return {};
}

} // namespace

Result<std::vector<FixedStep>> fixedInputSteps(const ExportSource& source, const std::vector<QuantizedRow>& rows)
{
    std::vector<FixedStep> steps;
    for (const QuantizedRow& row : rows) {
        if (!hasFixedStep(row.activation))
            continue;
        const auto step = source.inputSteps.find(row.layer->name);
        if (step == source.inputSteps.end())
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{}: the run has no step for its inputs. Quantize it again.", row.layer->name));
        steps.push_back({ &row, step->second });
    }
    return steps;
}

bool hasFloat8Cache(const ExportSource& source)
{
    const auto isFloat8 = [](const CacheSetting& setting) {
        return setting.format && setting.format->scheme() == CacheFormat::Scheme::Float8
            && setting.format->hasFixedStep();
    };
    return !source.caches.empty() && std::ranges::all_of(source.caches, isFloat8);
}

Result<std::vector<CacheSteps>> float8CacheSteps(const ExportSource& source)
{
    std::vector<CacheSteps> steps;
    if (!hasFloat8Cache(source))
        return steps;
    for (std::size_t block = 0; block < source.caches.size(); ++block) {
        std::string attention = attentionOf(source.network, static_cast<int>(block));
        if (attention.empty())
            return fail(ErrorCode::InvalidArgument,
                "No runtime reads cache scales of this family from a checkpoint. Set the cache to kv-f16, and choose "
                "its type where the server is started.");
        steps.push_back({ std::move(attention), source.caches[block].keyStep, source.caches[block].valueStep });
    }
    return steps;
}

AddedTensor addedScale(std::string name, float scale, std::vector<std::int64_t> shape)
{
    return { { std::move(name), DType::F32, std::move(shape) }, bytesOf(std::vector { scale }) };
}

} // namespace kerf::core
