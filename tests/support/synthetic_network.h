// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>

#include "core/model/network.h"
#include "core/plan/plan.h"
#include "core/profile/profile.h"

namespace kerf::test {

/// A network of Llama's shape that has layers but no weights: for models, plans and views. Running it fails.
std::shared_ptr<const core::Network> syntheticNetwork(int blocks, int roles = 7);
/// The same with one attention layer and that many experts a block: 1 + 2 x experts layers.
std::shared_ptr<const core::Network> syntheticExperts(int blocks, int experts);
/// Every layer in one format, in the network's order.
core::Plan syntheticPlan(const core::Network& network, const std::string& format);
/// A profile whose errors fall by 4 a bit and differ from layer to layer: layer i counts (i % 7 + 1).
std::shared_ptr<const core::Profile> syntheticProfile(const core::Network& network);

} // namespace kerf::test
