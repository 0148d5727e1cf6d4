// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cstdio>
#include <cstring>

#include <png.h>

#include "core/data/exif.h"
#include "core/data/image_stream.h"
#include "core/data/jump_wall.h"

namespace kerf::core {
namespace {

constexpr png_alloc_size_t kMostChunkBytes = 16 << 20; ///< of a chunk that is kept: a colour profile, texts

/// libpng's state, and the way out of its errors: as of JPEG, with trivial locals only.
class PngReader {
public:
    explicit PngReader(std::FILE* stream)
        : m_png(png_create_read_struct(PNG_LIBPNG_VER_STRING, this, &onError, &onWarning))
        , m_info(m_png ? png_create_info_struct(m_png) : nullptr)
        , m_stream(stream)
    {
    }
    ~PngReader() { png_destroy_read_struct(&m_png, &m_info, nullptr); }
    PngReader(const PngReader&) = delete;
    PngReader& operator=(const PngReader&) = delete;

    Result<Image> read(ImagePart part)
    {
        if (!m_info)
            return fail(ErrorCode::OutOfMemory, "cannot be read: there is no memory");
        if (!m_wall.enter([this] { readHeader(); }))
            return m_wall.failure();
        Image image;
        KERF_CHECK(makeRoom(image, png_get_image_width(m_png, m_info), png_get_image_height(m_png, m_info), part));
        if (part == ImagePart::Pixels) {
            m_pixels = image.rgb.data();
            m_rowBytes = static_cast<std::size_t>(image.size.width) * 3;
            if (!m_wall.enter([this] { readPixels(); }))
                return m_wall.failure();
        }
        image.orientation = orientation();
        return image;
    }

private:
    [[noreturn]] static void onError(png_structp png, png_const_charp message)
    {
        JumpWall& wall = static_cast<PngReader*>(png_get_error_ptr(png))->m_wall;
        std::strncpy(wall.message().data(), message, wall.message().size() - 1);
        wall.leave();
    }
    static void onWarning(png_structp /*png*/, png_const_charp /*message*/)
    {
        // Of chunks that are not used here: colour profiles, times, texts. What concerns pixels is an error.
    }

    void readHeader()
    {
        png_init_io(m_png, m_stream);
        png_set_user_limits(m_png, kMostPixels, kMostPixels);
        png_set_chunk_malloc_max(m_png, kMostChunkBytes);
        png_read_info(m_png, m_info);
    }
    void readPixels()
    {
        png_set_strip_16(m_png);
        png_set_expand(m_png); // palettes, grey of few bits; transparent colours become alpha, which goes next
        png_set_strip_alpha(m_png);
        png_set_gray_to_rgb(m_png);
        const int passes = png_set_interlace_handling(m_png);
        png_read_update_info(m_png, m_info);
        if (png_get_rowbytes(m_png, m_info) != m_rowBytes)
            png_error(m_png, "its rows are of another length than their pixels");
        const png_uint_32 height = png_get_image_height(m_png, m_info);
        for (int pass = 0; pass < passes; ++pass)
            for (png_uint_32 row = 0; row < height; ++row)
                png_read_row(m_png, m_pixels + row * m_rowBytes, nullptr);
        png_read_end(m_png, m_info);
    }
    int orientation()
    {
        png_uint_32 count = 0;
        png_bytep block = nullptr;
        if (png_get_eXIf_1(m_png, m_info, &count, &block) == 0 || !block)
            return 1;
        return exifOrientation({ block, count });
    }

    png_structp m_png;
    png_infop m_info;
    std::FILE* m_stream;
    JumpWall m_wall;
    std::uint8_t* m_pixels = nullptr;
    std::size_t m_rowBytes = 0;
};

} // namespace

Result<Image> decodePng(std::FILE* stream, ImagePart part)
{
    PngReader reader(stream);
    return reader.read(part);
}

} // namespace kerf::core
