// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>
#include <string>

#include "core/base/random.h"
#include "core/graph/graph_builder.h"
#include "core/graph/ops/patches.h"
#include "core/model/network.h"
#include "tests/support/memory_weights.h"

namespace kerf::test {

/// A network of convolutions that a test puts together piece by piece, with random numbers for weights.
class SmallCnn {
public:
    /// Pictures of so many channels go in.
    SmallCnn(std::int64_t channels, std::int64_t size);

    core::ValueId picture() const { return m_picture; }
    core::GraphBuilder& builder() { return m_builder; }
    MemoryWeights& weights() { return *m_weights; }
    /// Kernels of 3 x 3 with zeros around, or of 1 x 1; with a bias. Its weight and bias are called "<name>.weight",
    /// "<name>.bias".
    core::ValueId convolution(const std::string& name, core::ValueId from, std::int64_t outputs, std::int64_t kernel,
        std::int64_t groups = 1);
    /// Parameters "<name>.weight", ".bias", ".mean", ".variance".
    core::ValueId norm(const std::string& name, core::ValueId from);
    core::ValueId relu(core::ValueId from);
    /// Tensor of random numbers as a parameter; a tensor that is there already is referred to again.
    core::ParameterId numbers(const std::string& tensor, core::Shape shape);
    /// With these outputs.
    std::shared_ptr<const core::Network> finish(const std::vector<core::ValueId>& outputs);

private:
    core::GraphBuilder m_builder;
    std::shared_ptr<MemoryWeights> m_weights = std::make_shared<MemoryWeights>();
    core::CounterRng m_random { 17 };
    core::ValueId m_picture = -1;
};

/// Normal pictures for such a network, and its results.
core::Batch randomPictures(const core::Network& network, std::int64_t count);

} // namespace kerf::test
