// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/plan/plan.h"

namespace kerf::core {

/// A layer that keeps 16 or 32 bits because the format that most others get does not take its shape.
struct LeftOut {
    std::string layer;
    std::string wanted; ///< the format of most others
    std::string reason; ///< why it does not take the layer: a sentence
    std::string nearest; ///< the format nearest to it that does; empty: none

    std::string text() const; ///< reason and remedy, without the layer's name
};

/// The format that most of the plan's quantized layers have; empty when it quantizes none.
std::string commonestFormat(const Plan& plan);
/// Nothing when `format` quantizes, or when `wanted` takes the layer: then somebody chose to keep it.
std::optional<LeftOut> whyLeftOut(const LayerInfo& layer, const std::string& format, const std::string& wanted);
/// All of them, in the network's order.
std::vector<LeftOut> layersLeftOut(const Plan& plan, const Network& network, const std::string& wanted);
/// A sentence for every reason, with the layers that it holds for.
std::vector<std::string> leftOutSentences(const std::vector<LeftOut>& layers);

/// The format nearest to `wanted` that takes the shape: of the same kind and bits with other groups; failing that, of
/// the common formats the one with the nearest number of bits, of the same family if one of it fits. Empty: none.
std::string nearestFormat(const std::string& wanted, const LayerShape& shape);

/// Errors: InvalidArgument: no weight, no input and no cache of the plan is quantized; says which formats take every
/// layer.
Status checkQuantizesSomething(const Plan& plan, const Network& network);

} // namespace kerf::core
