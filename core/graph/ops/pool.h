// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// Largest or mean value under a window that goes over each channel of a picture. The mean counts places inside the
/// picture only. Input: pictures [channels, height, width].
struct Pool {
    enum class Kind { Max, Mean } kind = Kind::Max;
    std::int64_t height = 0, width = 0; ///< of the window; 0: the whole picture
    std::int64_t strideY = 1, strideX = 1;
};
const Op& poolOp();

} // namespace kerf::core
