// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include "core/format/format.h"

namespace kerf::core {

/// The formats of each family, in order of bits. A new family is one file and one line in format.cpp.
std::vector<FormatPtr> integerFormats(); ///< int2 … int8, -g32 -g64 -g128 -channel, symmetric or -asym
std::vector<FormatPtr> floatFormats(); ///< f32, f16, bf16: not quantized

} // namespace kerf::core
