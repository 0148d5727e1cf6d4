// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/memory_weights.h"

namespace kerf::test {

/// A network without attention: hidden = embedding of the token, every block adds x Wᵀ of its one layer
/// "blocks.<i>.proj", logits = hidden headᵀ. Small enough to be checked by hand.
class FakeNetwork : public GraphOfTest {
public:
    /// Random weights of a fixed seed.
    FakeNetwork(std::int64_t vocabulary, std::int64_t hidden, int blocks);
    /// Only a list of layers: for plans. Cannot run.
    explicit FakeNetwork(const std::vector<core::LayerInfo>& layers, const std::string& architecture = "fake");

private:
    FakeNetwork(core::Graph graph, core::NetworkInfo info, std::shared_ptr<MemoryWeights> weights);
    std::shared_ptr<MemoryWeights> m_weights;

public:
    core::Matrix& embedding; ///< [vocabulary, hidden]
    core::Matrix& head; ///< [vocabulary, hidden]
};

/// x Wᵀ of a plain matrix.
core::LinearPtr plainLinear(core::Matrix weight);

/// The layers of Llama-like blocks: q, k, v, o, gate, up, down with the usual names, sites and ties.
std::vector<core::LayerInfo> llamaLayers(int blocks, std::int64_t hidden, std::int64_t keyValue, std::int64_t inner);

} // namespace kerf::test
