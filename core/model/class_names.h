// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"

namespace kerf::core {

/// What config.json calls a classifier's outputs (id2label), in their order; LABEL_0, LABEL_1, … where it says nothing.
/// Errors: BadFile: names for other outputs than there are, or two of one name.
Result<std::vector<std::string>> readClassNames(const Checkpoint& checkpoint, std::int64_t count);

/// The class that a label of a data set means: its name, its name in other letters' case, or its number from 0.
std::optional<std::int64_t> classNamed(const std::vector<std::string>& names, std::string_view label);

} // namespace kerf::core
