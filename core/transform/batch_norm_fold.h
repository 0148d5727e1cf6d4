// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include "core/graph/channel_path.h"
#include "core/model/network.h"

namespace kerf::core {

/// A BatchNormalization that stands behind a layer, with nobody else reading what lies between.
struct FoldedNorm {
    NodeId node = -1;
    ChannelPath path; ///< to its input
    std::vector<std::int32_t> channelOf; ///< of each of the norm's channels
    std::string layer; ///< that it folds into
};

/// One that stays as it is.
struct LeftNorm {
    std::string name; ///< of what it makes, or what stands for it
    std::string why;
};

/// All BatchNormalizations of a graph. Looks at no weights.
struct BatchNorms {
    std::vector<FoldedNorm> folded;
    std::vector<LeftNorm> left;
};
BatchNorms findBatchNorms(const Graph& graph);

/// Under which TransformFactors have the factors of the norm behind a layer: no site is called so.
std::string batchNormKey(const std::string& layer);

} // namespace kerf::core
