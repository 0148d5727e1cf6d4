// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/data/image.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "core/data/image_stream.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

constexpr std::array<unsigned char, 8> kPngStart { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
constexpr std::array<unsigned char, 2> kJpegStart { 0xff, 0xd8 };

Result<Image> decodeStream(std::FILE* stream, std::string_view what, ImagePart part)
{
    std::array<unsigned char, 8> start {};
    const std::size_t count = std::fread(start.data(), 1, start.size(), stream);
    std::rewind(stream);
    const bool isPng = count == start.size() && start == kPngStart;
    const bool isJpeg = count >= 2 && std::equal(kJpegStart.begin(), kJpegStart.end(), start.begin());
    if (!isPng && !isJpeg)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: {}. Pictures are read from JPEG and PNG files.", what,
                count == 0 ? "is empty" : "begins neither as a JPEG nor as a PNG"));
    Result<Image> image = isPng ? decodePng(stream, part) : decodeJpeg(stream, part);
    if (!image)
        return fail(
            image.error().code, fmt::format("{}: as a {} it {}.", what, isPng ? "PNG" : "JPEG", image.error().message));
    return image;
}

Result<ImageStream> openStream(const fs::path& path)
{
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return fail(ErrorCode::BadFile, fmt::format("{}: cannot be opened: {}", path.string(), std::strerror(errno)));
    struct stat info { };
    if (::fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode)) {
        ::close(descriptor);
        return fail(ErrorCode::BadFile, fmt::format("{}: is not a regular file", path.string()));
    }
    ImageStream stream(::fdopen(descriptor, "rb"));
    if (!stream) {
        ::close(descriptor);
        return fail(ErrorCode::Io, fmt::format("{}: cannot be read: {}", path.string(), std::strerror(errno)));
    }
    return stream;
}

/// Where the pixel of a turned picture stands in the stored one (EXIF 2.32, tag 274).
std::array<std::int64_t, 2> storedAt(int orientation, ImageSize stored, std::int64_t row, std::int64_t column)
{
    const std::int64_t bottom = stored.height - 1, right = stored.width - 1;
    switch (orientation) {
    case 2:
        return { row, right - column };
    case 3:
        return { bottom - row, right - column };
    case 4:
        return { bottom - row, column };
    case 5:
        return { column, row };
    case 6:
        return { bottom - column, row };
    case 7:
        return { bottom - column, right - row };
    case 8:
        return { column, right - row };
    default:
        return { row, column };
    }
}

} // namespace

Status makeRoom(Image& image, std::int64_t width, std::int64_t height, ImagePart part)
{
    if (width <= 0 || height <= 0)
        return fail(ErrorCode::BadFile, "has no pixels");
    if (width > kMostPixels / height)
        return fail(ErrorCode::BadFile,
            fmt::format("says that it has {} x {} pixels, more than the {} million that are read", width, height,
                kMostPixels / 1'000'000));
    image.size = { width, height };
    if (part == ImagePart::Pixels)
        image.rgb.resize(static_cast<std::size_t>(width * height * 3));
    return {};
}

Result<Image> decodeImage(std::span<const std::byte> bytes, std::string_view what)
{
    if (bytes.empty())
        return fail(ErrorCode::BadFile, fmt::format("{}: is empty", what));
    // fmemopen() takes a buffer to write to as well; opened for reading it leaves it alone.
    const ImageStream stream(::fmemopen(const_cast<std::byte*>(bytes.data()), bytes.size(), "rb"));
    if (!stream)
        return fail(ErrorCode::OutOfMemory, fmt::format("{}: there is no memory to read it", what));
    return decodeStream(stream.get(), what, ImagePart::Pixels);
}

Result<Image> readImage(const fs::path& path)
{
    KERF_TRY(const ImageStream stream, openStream(path));
    return decodeStream(stream.get(), path.string(), ImagePart::Pixels);
}

Result<ImageSize> readImageSize(const fs::path& path)
{
    KERF_TRY(const ImageStream stream, openStream(path));
    KERF_TRY(const Image image, decodeStream(stream.get(), path.string(), ImagePart::Size));
    return image.size;
}

Image uprightImage(Image image)
{
    if (image.orientation <= 1)
        return image;
    Image turned;
    turned.hasStrayBytes = image.hasStrayBytes;
    turned.size = image.orientation >= 5 ? ImageSize { image.size.height, image.size.width } : image.size;
    turned.rgb.resize(image.rgb.size());
    for (std::int64_t row = 0; row < turned.size.height; ++row)
        for (std::int64_t column = 0; column < turned.size.width; ++column) {
            const auto [fromRow, fromColumn] = storedAt(image.orientation, image.size, row, column);
            std::copy_n(image.at(fromRow, fromColumn), 3, turned.rgb.data() + (row * turned.size.width + column) * 3);
        }
    return turned;
}

bool isImageName(const fs::path& path)
{
    std::string ending = path.extension().string();
    std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return ending == ".jpg" || ending == ".jpeg" || ending == ".png";
}

} // namespace kerf::core
