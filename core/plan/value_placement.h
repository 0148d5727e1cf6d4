// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include "core/model/network.h"
#include "core/plan/plan.h"

namespace kerf::core {

/// A value between layers that is rounded to unsigned bytes for all that read it, so that a runtime which multiplies
/// bytes never leaves them: what a layer of bytes makes (behind its folded BatchNorm and its ReLU or Clip), sums,
/// means and joined tensors of such values, and what only moves their elements.
struct RoundedValue {
    ValueId value = -1;
    std::string name; ///< in the network's file
    /// The layer whose inputs these numbers become, moved at most: its scale and zero_point are taken. Empty: measured.
    std::string layer;
    /// The value whose elements these are, moved: has the same parameters. -1: none.
    ValueId follows = -1;
};

/// Whether calibration keeps the range of what a site's layers read, which u8-tensor needs: where samples are no texts.
bool hasRange(const Graph& graph, const Site& site);

/// Whether BatchNorms are folded into the layers before them, so that one behind a layer of bytes only shifts.
bool foldsNorms(const Plan& plan);

/// Whether such a node makes bytes of bytes: a sum, a mean, a maximum of windows, joined tensors, what moves elements.
bool staysInBytes(const Node& node);

/// By the plan's formats: values whose every origin is a layer of bytes (u8-tensor), and that come to a layer of bytes
/// again. In an order in which what a value follows comes before it. What only layers of bytes read is not among them:
/// they round it themselves. Empty where the plan rounds nothing between layers.
std::vector<RoundedValue> valuesRoundedBetween(const Network& network, const Plan& plan);

} // namespace kerf::core
