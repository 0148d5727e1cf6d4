// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include "core/graph/channel_path.h"
#include "core/model/network.h"
#include "core/model/tensor_folds.h"

namespace kerf::core {

/// Every site that has a producer (ScaleProducer), in the network's order: its inputs x may be divided by factors and
/// the weights of all that read it multiplied, without changing the function.
std::vector<const Site*> scaleSites(const Network& network);

/// Nudges the factors to such that the folded norm is exactly representable in the type in which it will be written, so
/// that what is exported is what ran. Factors that are not positive and finite, or that would lose the norm's value,
/// become 1.
VectorD storableFactors(const Network& network, const Site& site, const VectorD& factors);

/// Adds the folds of x -> x / s. One factor an index of ScaleProducer::factorOf.
/// Errors: InvalidArgument (another number of factors), Numerical (a factor that is not positive).
Status foldScale(const Network& network, const Site& site, const VectorD& factors, TensorFolds& folds);

/// Adds the folds of a layer whose channels are multiplied: its rows, its bias, what is added behind it. One factor a
/// channel, of any sign. Errors: those of reading what is added; InvalidArgument: its numbers cannot be scaled.
Status scaleChannels(const Network& network, const ChannelPath& path, const VectorD& factors, TensorFolds& folds);

/// One factor an input column.
VectorD columnFactors(const Site& site, const VectorD& factors);

/// Stretches of rows that stand one after the other: those of `rows` are numbered by `first`.
struct RowRun {
    std::int64_t at = 0; ///< index into rows of the first
    std::int64_t first = 0, count = 0;
};
std::vector<RowRun> runsOf(const std::vector<std::int32_t>& rows);

/// The axis of a stored weight along which its outputs lie, and its inputs.
int outputAxis(const Parameter& weight);
int inputAxis(const Parameter& weight);

/// The type in which a rewritten tensor (by its key in the folds) is written: float16 for 16-bit sources (loaders cast
/// every tensor to it, as the scales are float16), float32 otherwise and where activations overflow float16.
DType rewrittenType(const Network& network, const std::string& key);

} // namespace kerf::core
