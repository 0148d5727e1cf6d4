// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// Rows of channels, one for each place, become a picture [channels, height, width] for each sample: patches taken
/// back.
struct ToPicture {
    std::int64_t height = 0, width = 0;
};
const Op& toPictureOp();

} // namespace kerf::core
