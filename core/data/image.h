// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace kerf::core {

/// Pixels are not allocated for larger pictures.
inline constexpr std::int64_t kMostPixels = 64'000'000;

struct ImageSize {
    std::int64_t width = 0, height = 0;

    bool operator==(const ImageSize&) const = default;
};

/// A decoded picture: 8 bits a channel, red, green, blue, row after row from the top.
struct Image {
    ImageSize size;
    std::vector<std::uint8_t> rgb; ///< [height, width, 3]
    /// How EXIF says that the picture is to be turned, 1 to 8; 1 where it says nothing. It is *not* done: as
    /// PIL.Image.open and torchvision's loaders. See uprightImage().
    int orientation = 1;
    /// A JPEG held bytes between its parts that belong to none. The pixels are those that every reader of libjpeg gets.
    bool hasStrayBytes = false;

    const std::uint8_t* at(std::int64_t row, std::int64_t column) const
    {
        return rgb.data() + (row * size.width + column) * 3;
    }
};

/// Decodes a JPEG or PNG, known by its first bytes, to the pixels that PIL's convert("RGB") gives.
///
/// JPEG: libjpeg-turbo's default decoding (accurate integer DCT, smooth upsampling), sequential or progressive, any
/// subsampling; grey becomes three equal channels. CMYK and YCCK are refused: what they look like depends on a colour
/// profile. PNG: palettes and 1, 2, 4 bit grey are expanded; of 16 bits the upper 8 are kept (of grey too, which PIL
/// turns white above 255); alpha is dropped, not composited; gamma and profiles are not applied. An animated PNG gives
/// its first picture.
/// @param what the file's name, which starts every message
/// Errors: BadFile (neither JPEG nor PNG, corrupt, truncated, CMYK, more than kMostPixels).
Result<Image> decodeImage(std::span<const std::byte> bytes, std::string_view what);
/// The same of a file. Errors: as decodeImage(); BadFile where it cannot be opened.
Result<Image> readImage(const std::filesystem::path& path);
/// Its size alone, from the header. Errors: BadFile, as readImage() as far as the header tells.
Result<ImageSize> readImageSize(const std::filesystem::path& path);

/// The picture turned and mirrored as its EXIF orientation says; its orientation is then 1.
Image uprightImage(Image image);

/// Whether a file's name says that it is a picture: .jpg, .jpeg, .png, in any case.
bool isImageName(const std::filesystem::path& path);

} // namespace kerf::core
