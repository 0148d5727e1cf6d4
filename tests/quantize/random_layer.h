// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/random.h"
#include "core/calibrate/statistics.h"
#include "core/quantize/method.h"

namespace kerf::test {

/// Inputs whose features are correlated and of very different size, as those of language models are.
inline core::Matrix randomInputs(core::CounterRng& rng, std::int64_t tokens, std::int64_t cols)
{
    const std::int64_t hiddenFactors = 1 + cols / 4;
    core::Matrix mix(hiddenFactors, cols), sources(tokens, hiddenFactors), inputs(tokens, cols);
    for (core::Matrix* matrix : { &mix, &sources, &inputs })
        for (std::int64_t i = 0; i < matrix->size(); ++i)
            matrix->data()[i] = static_cast<float>(rng.normal());
    inputs = inputs * 0.5f + sources * mix;
    for (std::int64_t j = 0; j < cols; ++j)
        inputs.col(j) *= static_cast<float>(std::exp(0.7 * rng.normal()));
    return inputs;
}

inline core::Matrix randomWeight(core::CounterRng& rng, std::int64_t rows, std::int64_t cols)
{
    core::Matrix weight(rows, cols);
    for (std::int64_t i = 0; i < weight.size(); ++i)
        weight.data()[i] = static_cast<float>(0.05 * rng.normal());
    return weight;
}

/// Statistics of inputs computed directly, in double.
inline core::SiteStatistics statisticsOf(const core::Matrix& inputs)
{
    const core::MatrixD x = inputs.cast<double>();
    core::SiteStatistics statistics;
    statistics.tokens = inputs.rows();
    statistics.hessian = (x.transpose() * x * (2.0 / static_cast<double>(inputs.rows()))).cast<float>();
    statistics.absMax = inputs.cwiseAbs().colwise().maxCoeff();
    statistics.meanAbs = inputs.cwiseAbs().colwise().mean();
    statistics.mean = x.colwise().mean().cast<float>();
    return statistics;
}

/// A layer with statistics and a format that fits it.
struct Layer {
    core::Matrix weight;
    core::SiteStatistics statistics;
    core::FormatPtr format;
    core::MethodSettings settings;

    core::LayerProblem problem() const { return { "block.0.layer", weight, &statistics, format, settings }; }
};

inline constexpr core::ActivationOrder kActivationOrders[] { core::ActivationOrder::None, core::ActivationOrder::Static,
    core::ActivationOrder::GroupAware };

/// Up to 90 rows of up to 192 columns, in any order of columns; int2 to int5 by groups or channels where no format is
/// named.
inline Layer randomLayer(core::CounterRng& rng, std::string_view format = {})
{
    const std::int64_t cols = 32 * static_cast<std::int64_t>(1 + rng.below(6));
    const std::int64_t rows = 1 + static_cast<std::int64_t>(rng.below(90));
    const int bits = 2 + static_cast<int>(rng.below(4));
    const std::string name
        = "int" + std::to_string(bits) + (rng.below(3) ? "-g32" : "-channel") + (rng.below(2) ? "-asym" : "");
    Layer layer { randomWeight(rng, rows, cols), statisticsOf(randomInputs(rng, 2 * cols, cols)),
        core::parseFormat(format.empty() ? name : format).value(), {} };
    layer.settings.set("activation_order", std::array { "none", "static", "group-aware" }[rng.below(3)]);
    return layer;
}

inline core::LayerResult quantize(std::string_view method, const Layer& layer)
{
    return core::findMethod(method).value()->quantize(layer.problem(), {}).value();
}

inline bool hasFallback(const core::LayerReport& report, std::string_view kind)
{
    return std::any_of(report.fallbacks.begin(), report.fallbacks.end(),
        [&](const core::Fallback& fallback) { return fallback.kind == kind; });
}

} // namespace kerf::test
