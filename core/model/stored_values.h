// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"

namespace kerf::core {

/// Whether two float tensors of one shape hold the same numbers, whatever their types. Reads up to the first
/// difference, a piece at a time. Errors: BadFile.
Result<bool> holdSameValues(const Checkpoint& checkpoint, const std::string& first, const std::string& second);
/// Whether a tensor is one of floats that are all 0. Errors: BadFile.
Result<bool> isAllZero(const Checkpoint& checkpoint, const std::string& name);

} // namespace kerf::core
