// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <span>

namespace kerf::core {

/// The orientation, 1 to 8, that an EXIF block tells (the bytes of a JPEG's APP1 behind "Exif\0\0", or of a PNG's
/// eXIf); 1 where it tells none or is not what EXIF 2.32 says.
int exifOrientation(std::span<const std::uint8_t> block);

} // namespace kerf::core
