// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "core/data/image.h"

namespace kerf::core {

struct CloseStream {
    void operator()(std::FILE* stream) const { std::fclose(stream); }
};
using ImageStream = std::unique_ptr<std::FILE, CloseStream>;

/// How much of a picture is wanted.
enum class ImagePart { Size, Pixels };

/// What the two decoders share: they read a stream from its first byte, and leave `rgb` empty where only the size is
/// wanted. Errors: BadFile, without the file's name.
Result<Image> decodeJpeg(std::FILE* stream, ImagePart part);
Result<Image> decodePng(std::FILE* stream, ImagePart part);

/// Sets size and, where wanted, room for the pixels. Errors: BadFile (no pixel, more than kMostPixels).
Status makeRoom(Image& image, std::int64_t width, std::int64_t height, ImagePart part);

} // namespace kerf::core
