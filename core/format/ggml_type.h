// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string_view>

#include "core/format/format.h"

namespace kerf::core {

/// The ggml format that holds every code and scale of a format: itself where it is one (mxfp4 among them); for
/// symmetric integers of 4, 5 and 8 bits whose groups are made of blocks of 32, the type that gives each block the
/// scale of its group. Empty: none.
std::string_view ggmlFormatOf(const Format& format, std::int64_t cols);

} // namespace kerf::core
