// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/data/image.h"

namespace kerf::core {

/// How a picture's size is changed. "The same bytes" as Pillow: along the rows first, as its versions before 13 always
/// do; 13 begins with the columns where the height shrinks by more than twice as many pixels as the width, which
/// changes values by one level.
enum class ResizeFilter {
    Bilinear, ///< a triangle as wide as the shrinking asks (antialias): Pillow's BILINEAR, the same bytes
    Bicubic, ///< Pillow's BICUBIC (a = -0.5), the same bytes
    Lanczos, ///< Pillow's LANCZOS (3 lobes), the same bytes
    Nearest, ///< Pillow's NEAREST, the same bytes
    PlainBilinear, ///< between the four nearest pixels, no antialias: OpenCV's INTER_LINEAR within one level
};

/// @pre size is positive and has at most kMostPixels. Memory: the picture between the two directions.
Image resizeImage(const Image& image, ImageSize size, ResizeFilter filter);

} // namespace kerf::core
