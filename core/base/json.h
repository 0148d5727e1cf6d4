// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/base/result.h"

namespace kerf::core {

using Json = nlohmann::json;

/// Parses untrusted JSON strictly: UTF-8, one value and nothing behind it, no duplicate keys, no NaN, at most
/// maxDepth nested levels (checked before recursion). `what` (a file name) starts every error message.
/// Errors: BadFile.
Result<Json> parseJson(std::string_view text, std::string_view what, int maxDepth = 64);

/// A non-negative integer written without sign, fraction or exponent and at most 2^63-1; nullopt otherwise.
std::optional<std::int64_t> asCount(const Json& value);

} // namespace kerf::core
