// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <any>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/matrix.h"
#include "tests/support/memory_weights.h"

namespace kerf::test {

/// Standard normal values, the same for the same seed.
core::Matrix randomOf(std::int64_t rows, std::int64_t cols, std::uint64_t seed);

/// A graph that is one stretch of operators from inputs to one output, run over samples.
class OpBench {
public:
    core::GraphBuilder builder;

    OpBench() { builder.beginExit(); }

    core::ValueId input(core::Matrix rows, std::int64_t perSample = 0);
    /// One tensor a sample: a row of `rows` each.
    core::ValueId picture(core::Matrix rows, core::Shape shape);
    core::ParameterId parameter(const core::Matrix& values, bool isVector = false);
    /// The output; all operators are in the exit of the graph.
    core::Matrix run(core::ValueId output, const std::vector<std::int64_t>& lengths);

private:
    core::Batch m_batch;
    std::shared_ptr<MemoryWeights> m_weights = std::make_shared<MemoryWeights>();
};

/// Dense tensors of one shape, a row each: one a sample, or `perSample` of one dimension.
struct Samples {
    core::Matrix rows;
    core::Shape shape;
    std::int64_t perSample;

    Samples(core::Matrix values, core::Shape dimensions, std::int64_t rowsOfSample = 1)
        : rows(std::move(values))
        , shape(std::move(dimensions))
        , perSample(rowsOfSample)
    {
    }
    /// Standard normal values.
    static Samples random(core::Shape shape, std::int64_t count, std::uint64_t seed);
};

/// A parameter of an operator: a vector, or the weight of a linear map; empty: left out.
struct OpParameter {
    core::Matrix values;
    bool isVector = true;

    OpParameter() = default;
    OpParameter(const std::vector<float>& vector)
        : values(Eigen::Map<const core::Matrix>(vector.data(), 1, static_cast<Eigen::Index>(vector.size())))
    {
    }
    OpParameter(core::Matrix weight)
        : values(std::move(weight))
        , isVector(false)
    {
    }
};

/// What one operator makes of dense tensors. Ends the test when the
/// bits depend on the number of threads or on the samples beside.
Samples runOp(const core::Op& op, const std::any& attributes, const std::vector<Samples>& inputs,
    const std::vector<OpParameter>& parameters = {}, int output = 0);
/// Why it is refused; empty: it is not.
std::string refusalOf(const core::Op& op, const std::any& attributes, const std::vector<core::Shape>& inputs,
    const std::vector<core::Shape>& parameters = {});

} // namespace kerf::test
