// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"

namespace kerf::core {

/// A transform of a plan: {"name": "smoothquant", "settings": {"alpha": 0.5}}. Applied in the plan's order.
struct TransformChoice {
    std::string name;
    Json settings = Json::object(); ///< complete: every key that the transform knows
    bool operator==(const TransformChoice&) const = default;
};

/// Checks the name and fills in the settings' defaults. Errors: InvalidArgument, naming what is wrong.
Result<TransformChoice> transformChoice(const std::string& name, const Json& settings = Json::object());

Json toJson(const std::vector<TransformChoice>& transforms);
/// Errors: InvalidArgument, naming what is wrong.
Result<std::vector<TransformChoice>> transformsFromJson(const Json& json);

} // namespace kerf::core
