// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cmath>
#include <cstdint>

#include "core/base/random.h"
#include "core/calibrate/statistics.h"

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
    return statistics;
}

} // namespace kerf::test
