// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/result.h"
#include "core/graph/graph.h"

namespace kerf::core {

/// What a factor of a channel may go through unchanged on its way.
enum class Passing {
    Moves, ///< of elements, sums of patches (a transposed convolution) and constants that are added
    Positive, ///< also BatchNorm, pools, products with constants, and activations f with f(t x) = t f(x) for t > 0
};

/// Numbers that are added on the way: they are multiplied when the channel is.
struct PathAddend {
    ParameterId parameter = -1;
    std::vector<std::int32_t> channelOf; ///< of each of its numbers; -1: of none
};

/// How the outputs of a layer come to a value of dense tensors, with nobody else reading them on the way. A channel is
/// a row of the layer, or the rows whose outputs are summed up (a transposed convolution's kernel).
struct ChannelPath {
    NodeId layer = -1; ///< the linear map, in groups or not
    std::int64_t channels = 0;
    std::vector<std::int32_t> channelOfRow; ///< of each row of the layer
    std::vector<PathAddend> addends; ///< the layer's bias among them
    /// Channel of each column of the value's rows, which are alike; -1: zeros.
    std::vector<std::int32_t> channelOfColumn;
};

/// The path that ends in a value; who reads the value is not looked at. Errors: InvalidArgument: there is none, in
/// words that go on after a layer's name: "others read what goes to it".
Result<ChannelPath> channelPathTo(const Graph& graph, ValueId value, Passing passing);

/// The channel of each of so many planes that stand one after the other in a row. Nothing where a plane is of several.
std::optional<std::vector<std::int32_t>> channelsOfPlanes(
    const std::vector<std::int32_t>& channelOfColumn, std::int64_t planes);

/// Whether another parameter of the graph lies in the same tensor.
bool sharesItsTensor(const Graph& graph, ParameterId parameter);

} // namespace kerf::core
