// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/format/layer_format.h"
#include "core/plan/plan.h"

namespace kerf::core {

/// The kernels that one decoded token runs, by name, and how often each.
using TokenWork = std::map<std::string, std::int64_t>;
/// Shapes of a model's quantizable layers, by name.
using LayerShapes = std::map<std::string, LayerShape>;

LayerShapes layerShapes(const Network& network);

/// The name of a layer's product: "int4-g128 768 x 2048"; "stored 768 x 2048" for a layer that stays as it is stored.
std::string productName(const LayerFormat& format, const LayerShape& shape);

/// The name of what a token runs around the layers of a plan (attention, norms, head): it depends on the caches'
/// formats and on rotations while the network runs, on nothing else of a plan.
std::string frameName(const Plan& plan);

/// What one token of a plan runs: equal plans but for methods run the same. Errors: InvalidArgument: a layer of the
/// plan is not among the shapes, or a format is unknown.
Result<TokenWork> tokenWork(const Plan& plan, const LayerShapes& shapes);
/// What one token of the model runs as it is stored.
TokenWork storedTokenWork(const LayerShapes& shapes);

} // namespace kerf::core
