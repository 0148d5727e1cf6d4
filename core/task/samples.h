// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <functional>

#include "core/base/result.h"
#include "core/model/network.h"
#include "core/text/dataset.h"

namespace kerf::core {

/// Samples as a network with this graph takes them, from [samples, numbers of one] of each input.
Batch batchOf(const Graph& graph, const std::vector<Matrix>& inputs);

/// Some samples, read: they can enter several networks.
using ReadSamples = std::function<Result<Hidden>(const Network& network)>;

/// A data set as a network reads it: samples in an order, any of them as often as they are wanted. Refers to what it is
/// made of, which must outlive it.
class Samples {
public:
    Samples() = default; ///< none
    /// Windows of tokens.
    Samples(const Dataset& data); // NOLINT(google-explicit-constructor): a text is samples
    /// Samples that are there already, as the inputs of a graph.
    Samples(const Batch& batch, const Graph& graph);

    std::int64_t count() const { return m_count; }
    /// Samples [first, first + count), which can then enter: pictures are decoded here. Errors: those of reading.
    Result<ReadSamples> read(std::int64_t first, std::int64_t count) const { return m_read(first, count); }
    /// The same at the front of a network's first block. Errors: those of reading, as Network::enter.
    Result<Hidden> enter(const Network& network, std::int64_t first, std::int64_t count) const
    {
        KERF_TRY(const ReadSamples samples, read(first, count));
        return samples(network);
    }
    bool allExperts() const { return m_allExperts; } ///< Dataset's
    /// The first `count` of these, or all when there are fewer.
    Samples first(std::int64_t count) const;

private:
    std::int64_t m_count = 0;
    bool m_allExperts = false;
    std::function<Result<ReadSamples>(std::int64_t first, std::int64_t count)> m_read;
};

} // namespace kerf::core
