// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/profile/layer_prediction.h"

#include <cstdlib>
#include <limits>
#include <unordered_map>

#include "core/format/layer_format.h"

namespace kerf::core {

const FormatFacts* formatFacts(const std::string& name)
{
    thread_local std::unordered_map<std::string, std::optional<FormatFacts>> known;
    const auto [found, isNew] = known.try_emplace(name);
    if (isNew) {
        if (const auto format = parseLayerFormat(name))
            found->second = FormatFacts { format->weight->name(), format->weight->codeBits(),
                format->weight->isUnquantized(), format->activation != ActivationFormat::None };
    }
    return found->second ? &*found->second : nullptr;
}

Prediction slopeAt(const LayerProfile& layer, int bits)
{
    Prediction slope { layer.slope, layer.slopeStderr };
    int nearest = std::numeric_limits<int>::max(), nearestBits = 0;
    for (const auto& [format, measured] : layer.swapIn) {
        const FormatFacts* facts = formatFacts(format);
        const auto error = layer.relativeError.find(format);
        if (!facts || facts->hasActivation || error == layer.relativeError.end() || !(error->second > 0))
            continue;
        const int distance = std::abs(facts->bits - bits);
        if (distance > nearest || (distance == nearest && facts->bits >= nearestBits))
            continue;
        nearest = distance;
        nearestBits = facts->bits;
        slope = { measured.kld / error->second, measured.stderr_ / error->second };
    }
    return slope;
}

std::optional<Prediction> uncorrected(const LayerProfile& layer, const std::string& format, const FormatFacts& facts)
{
    if (facts.isUnquantized)
        return Prediction {};
    if (const auto measured = layer.swapIn.find(format); measured != layer.swapIn.end())
        return Prediction { measured->second.kld, measured->second.stderr_ };
    const auto error = layer.relativeError.find(format);
    if (error == layer.relativeError.end())
        return std::nullopt;
    if (layer.swapIn.empty() && !(layer.slope > 0) && error->second > 0)
        return std::nullopt; // what the error costs is not known
    const Prediction slope = slopeAt(layer, facts.bits);
    return Prediction { slope.kld * error->second, slope.stderr_ * error->second };
}

} // namespace kerf::core
