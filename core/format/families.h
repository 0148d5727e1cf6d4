// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include "core/format/format.h"

namespace kerf::core {

/// The formats of each family, in order of bits. A new family is one file and one line in format.cpp.
std::vector<FormatPtr> integerFormats(); ///< int2 … int8, -g32 -g64 -g128 -channel -tensor, symmetric or -asym
std::vector<FormatPtr> float8Formats(); ///< fp8-e4m3, fp8-e5m2: -tensor -channel -block128
std::vector<FormatPtr> codeBookFormats(); ///< nf4, fp4: -b32 … -b4096, with or without -dq
std::vector<FormatPtr> microscalingFormats(); ///< mxfp4, mxfp8, nvfp4
std::vector<FormatPtr> ggmlFormats(); ///< q4_0 q4_1 q5_0 q5_1 q8_0 iq4_nl
std::vector<FormatPtr> kQuantFormats(); ///< q2_k … q6_k, iq4_xs: super-blocks of 256
std::vector<FormatPtr> floatFormats(); ///< f32, f16, bf16: not quantized

} // namespace kerf::core
