// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include <jpeglib.h>

#include <jerror.h>

#include "core/data/exif.h"
#include "core/data/image_stream.h"
#include "core/data/jump_wall.h"

namespace kerf::core {
namespace {

/// A progressive file of a few bytes a scan would keep a processor busy for minutes.
constexpr int kMostScans = 500;
constexpr std::string_view kExifStart("Exif\0\0", 6);

static_assert(JMSG_LENGTH_MAX <= std::tuple_size_v<std::remove_reference_t<decltype(JumpWall().message())>>);

/// libjpeg's state, and the way out of its errors: steps behind the wall have only trivial locals.
class JpegReader {
public:
    explicit JpegReader(std::FILE* stream)
    {
        m_info.err = jpeg_std_error(&m_errors);
        m_info.client_data = this;
        m_errors.error_exit = [](j_common_ptr info) {
            auto* reader = static_cast<JpegReader*>(info->client_data);
            info->err->format_message(info, reader->m_wall.message().data());
            reader->m_wall.leave();
        };
        m_errors.emit_message = [](j_common_ptr info, int level) {
            if (level < 0)
                static_cast<JpegReader*>(info->client_data)->warn();
        };
        m_progress.progress_monitor = [](j_common_ptr info) {
            auto* reader = static_cast<JpegReader*>(info->client_data);
            if (reader->m_info.input_scan_number > kMostScans)
                reader->leave("has more than 500 scans");
        };
        m_isMade = m_wall.enter([this] {
            jpeg_create_decompress(&m_info);
            m_info.progress = &m_progress;
        });
        if (m_isMade)
            m_isMade = m_wall.enter([this, stream] { jpeg_stdio_src(&m_info, stream); });
    }
    ~JpegReader() { jpeg_destroy_decompress(&m_info); }
    JpegReader(const JpegReader&) = delete;
    JpegReader& operator=(const JpegReader&) = delete;

    Result<Image> read(ImagePart part)
    {
        if (!m_isMade || !m_wall.enter([this] { readHeader(); }))
            return m_wall.failure();
        Image image;
        KERF_CHECK(makeRoom(image, m_info.image_width, m_info.image_height, part));
        image.orientation = orientation();
        if (part == ImagePart::Size)
            return image;
        m_pixels = image.rgb.data();
        if (!m_wall.enter([this] { readPixels(); }))
            return m_wall.failure();
        image.hasStrayBytes = m_hasStrayBytes;
        return image;
    }

private:
    [[noreturn]] void leave(std::string_view why)
    {
        std::copy_n(why.begin(), why.size() + 1, m_wall.message().begin()); // of literals: the end is there
        m_wall.leave();
    }
    /// libjpeg goes on behind what it calls corrupt, with grey where pixels are missing: that is no picture to measure
    /// with. Bytes between two parts, which cameras and editors leave, take nothing away.
    void warn()
    {
        const int code = m_errors.msg_code;
        if (code == JWRN_EXTRANEOUS_DATA)
            m_hasStrayBytes = true;
        else if (code != JWRN_JFIF_MAJOR && code != JWRN_BOGUS_ICC) {
            m_errors.format_message(reinterpret_cast<j_common_ptr>(&m_info), m_wall.message().data());
            m_wall.leave();
        }
    }

    void readHeader()
    {
        jpeg_save_markers(&m_info, JPEG_APP0 + 1, 0xffff);
        jpeg_read_header(&m_info, TRUE);
        if (m_info.jpeg_color_space == JCS_CMYK || m_info.jpeg_color_space == JCS_YCCK)
            leave("its colours are CMYK, which look different in every printer; store it as RGB");
        m_info.out_color_space = JCS_RGB;
    }
    void readPixels()
    {
        jpeg_start_decompress(&m_info);
        const std::size_t rowBytes = static_cast<std::size_t>(m_info.output_width) * 3;
        while (m_info.output_scanline < m_info.output_height) {
            JSAMPROW row = m_pixels + m_info.output_scanline * rowBytes;
            jpeg_read_scanlines(&m_info, &row, 1);
        }
        jpeg_finish_decompress(&m_info);
    }
    int orientation() const
    {
        for (jpeg_saved_marker_ptr marker = m_info.marker_list; marker; marker = marker->next) {
            const std::span<const std::uint8_t> data(marker->data, marker->data_length);
            if (data.size() > kExifStart.size()
                && std::equal(kExifStart.begin(), kExifStart.end(), data.begin(),
                    [](char a, std::uint8_t b) { return static_cast<unsigned char>(a) == b; }))
                return exifOrientation(data.subspan(kExifStart.size()));
        }
        return 1;
    }

    jpeg_decompress_struct m_info {};
    jpeg_error_mgr m_errors {};
    jpeg_progress_mgr m_progress {};
    JumpWall m_wall;
    std::uint8_t* m_pixels = nullptr;
    bool m_hasStrayBytes = false, m_isMade = false;
};

} // namespace

Result<Image> decodeJpeg(std::FILE* stream, ImagePart part)
{
    JpegReader reader(stream);
    return reader.read(part);
}

} // namespace kerf::core
