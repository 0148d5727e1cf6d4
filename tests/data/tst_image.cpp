// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <filesystem>
#include <fstream>
#include <sstream>

#include <QTest>

#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/data/image.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

fs::path fixture(const std::string& name)
{
    return fs::path(KERF_SOURCE_DIR) / "tests/data/pictures" / name;
}

std::vector<std::byte> bytesOf(const fs::path& path)
{
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    const std::string whole = text.str();
    const auto* first = reinterpret_cast<const std::byte*>(whole.data());
    return { first, first + whole.size() };
}

std::string pixelHash(const Image& image)
{
    return sha256(std::as_bytes(std::span(image.rgb)));
}

QString messageOf(const Result<Image>& image)
{
    return QString::fromStdString(image ? std::string("decoded") : image.error().message);
}

/// A PNG that claims a size, with a checksum that is right, up to the start of its pixels.
std::vector<std::byte> claimedPng(std::uint32_t width, std::uint32_t height)
{
    std::string header("IHDR");
    for (const std::uint32_t number : { width, height })
        for (int shift = 24; shift >= 0; shift -= 8)
            header += static_cast<char>(number >> shift & 0xff);
    header += std::string("\x08\x02\0\0\0", 5);
    std::uint32_t crc = 0xffffffff;
    for (const char c : header) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit)
            crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
    }
    crc = ~crc;
    std::string text("\x89PNG\r\n\x1a\n\0\0\0\x0d", 12);
    text += header;
    for (int shift = 24; shift >= 0; shift -= 8)
        text += static_cast<char>(crc >> shift & 0xff);
    text += std::string("\0\0\0\0IDAT", 8);
    const auto* first = reinterpret_cast<const std::byte*>(text.data());
    return { first, first + text.size() };
}

} // namespace

/// Pixels beside those of Pillow (tests/data/pictures/make.py) and of djpeg.
class TestImage : public QObject {
    Q_OBJECT
private slots:
    void pixelsAsPillow()
    {
        std::ifstream table(fixture("pixels.tsv"));
        std::string name, hash;
        std::int64_t width = 0, height = 0;
        int count = 0;
        for (; table >> name >> width >> height >> hash; ++count) {
            const auto image = readImage(fixture(name));
            QVERIFY2(image.has_value(), qPrintable(messageOf(image)));
            QCOMPARE(image->size.width, width);
            QCOMPARE(image->size.height, height);
            QVERIFY2(pixelHash(*image) == hash, name.c_str());
            QCOMPARE(image->hasStrayBytes, name == "stray.jpg");
            QCOMPARE(image->orientation, name.starts_with("turned") ? 6 : 1);
            const auto size = readImageSize(fixture(name));
            QVERIFY(size && *size == image->size);
            const auto again = decodeImage(bytesOf(fixture(name)), name);
            QVERIFY(again && again->rgb == image->rgb);
        }
        QCOMPARE(count, 23);
    }

    /// `djpeg -ppm` of libjpeg-turbo 2.1.5, the SHA-256 of its pixels.
    void photographsAsLibjpegTurbo()
    {
        KERF_REQUIRE_SHARED_DATA(shared);
        const std::pair<const char*, const char*> known[] {
            { "img1.jpg", "920b67c9c9a60969dc9d853e94dfbb8573542ae4782717f042e68c167543c845" },
            { "img10.jpg", "6c8a7030c06270d89e2f1ee23765f0c2b9b2e8b18215f751a858a72cd7223100" },
            { "img11.jpg", "a011b2d19ee0c05cfe893b21b3a293236cb3643b9ee3485d8082ba34f68eca65" },
            { "img12.jpg", "8100c9d626df24b20fbbe86e0f0fad05257c8aa47cebe03cc62717829f04da5f" },
        };
        for (const auto& [name, hash] : known) {
            const auto image = readImage(shared / "models/face-detector-rfb320" / name);
            QVERIFY2(image.has_value(), qPrintable(messageOf(image)));
            QVERIFY2(pixelHash(*image) == hash, name);
        }
    }

    void turnsOnlyWhenAsked()
    {
        Image image { { 3, 2 }, {}, 1, false };
        for (std::uint8_t pixel = 0; pixel < 6; ++pixel)
            image.rgb.insert(image.rgb.end(), { pixel, pixel, pixel });
        // EXIF 2.32, tag 274: of 012/345, what each orientation shows.
        const std::vector<std::vector<int>> expected { { 0, 1, 2, 3, 4, 5 }, { 2, 1, 0, 5, 4, 3 }, { 5, 4, 3, 2, 1, 0 },
            { 3, 4, 5, 0, 1, 2 }, { 0, 3, 1, 4, 2, 5 }, { 3, 0, 4, 1, 5, 2 }, { 5, 2, 4, 1, 3, 0 },
            { 2, 5, 1, 4, 0, 3 } };
        for (int orientation = 1; orientation <= 8; ++orientation) {
            image.orientation = orientation;
            const Image upright = uprightImage(image);
            QCOMPARE(upright.orientation, 1);
            QCOMPARE(upright.size.width, orientation >= 5 ? 2 : 3);
            std::vector<int> seen;
            for (std::size_t i = 0; i < upright.rgb.size(); i += 3)
                seen.push_back(upright.rgb[i]);
            QCOMPARE(seen, expected[static_cast<std::size_t>(orientation - 1)]);
        }
    }

    void cmykIsRefused()
    {
        const auto image = readImage(fixture("cmyk.jpg"));
        QVERIFY(messageOf(image).contains("cmyk.jpg: as a JPEG it cannot be read: its colours are CMYK"));
        QVERIFY(!readImageSize(fixture("cmyk.jpg")));
    }

    /// Every cut of every kind: refused by name. What lies behind the pixels (an end mark) may be missing of a JPEG.
    void truncatedFilesAreRefused_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : { "color-420.jpg", "progressive.jpg", "grey.jpg", "rgb8.png", "rgb8-interlaced.png",
                 "palette4-transparent.png" })
            QTest::newRow(name) << name;
    }
    void truncatedFilesAreRefused()
    {
        QFETCH(QString, name);
        const std::vector<std::byte> whole = bytesOf(fixture(name.toStdString()));
        for (std::size_t size = 0; size + 2 < whole.size(); size += 1 + size / 40) {
            const auto image = decodeImage(std::span(whole).first(size), name.toStdString());
            QVERIFY2(!image, qPrintable(QString("%1 bytes of %2").arg(size).arg(whole.size())));
            QVERIFY2(messageOf(image).startsWith(name + ": "), qPrintable(messageOf(image)));
        }
    }

    /// Bytes turned over at random: an error or pixels of the right number, never a crash.
    void damagedFilesDoNoHarm()
    {
        CounterRng random(7);
        for (const auto& entry : fs::directory_iterator(fixture(""))) {
            if (!isImageName(entry.path()))
                continue;
            const std::vector<std::byte> whole = bytesOf(entry.path());
            for (int trial = 0; trial < 200; ++trial) {
                std::vector<std::byte> bytes = whole;
                for (int i = 0; i < 3; ++i)
                    bytes[random.below(bytes.size())] = static_cast<std::byte>(random.below(256));
                const auto image = decodeImage(bytes, "damaged");
                if (image)
                    QCOMPARE(static_cast<std::int64_t>(image->rgb.size()), image->size.width * image->size.height * 3);
                else
                    QVERIFY(messageOf(image).startsWith("damaged: "));
            }
        }
    }

    /// Sizes are looked at before anything is allocated for them.
    void hugeSizesAreRefused()
    {
        QVERIFY(messageOf(decodeImage(claimedPng(60000, 60000), "huge.png")).contains("60000 x 60000 pixels"));
        QVERIFY(messageOf(decodeImage(claimedPng(0xffffffff, 0xffffffff), "huge.png")).startsWith("huge.png: "));
        std::vector<std::byte> jpeg = bytesOf(fixture("grey.jpg"));
        bool isFound = false;
        for (std::size_t i = 0; i + 9 < jpeg.size() && !isFound; ++i)
            if (jpeg[i] == std::byte { 0xff } && jpeg[i + 1] == std::byte { 0xc0 }) {
                for (std::size_t at = i + 5; at < i + 9; ++at)
                    jpeg[at] = std::byte { 0xfd };
                isFound = true;
            }
        QVERIFY(isFound);
        QVERIFY(messageOf(decodeImage(jpeg, "huge.jpg")).contains("65021 x 65021 pixels"));
    }

    void otherFilesAreNamed()
    {
        QVERIFY(messageOf(readImage("/nowhere/a.png")).contains("/nowhere/a.png: cannot be opened"));
        QVERIFY(messageOf(readImage(fixture(""))).contains("is not a regular file"));
        QVERIFY(messageOf(decodeImage({}, "none")).contains("none: is empty"));
        QVERIFY(messageOf(readImage(fixture("make.py"))).contains("neither as a JPEG nor as a PNG"));
        QVERIFY(isImageName("a/B.JPEG") && isImageName("c.png") && !isImageName("d.gif") && !isImageName("jpg"));
    }
};

QTEST_APPLESS_MAIN(TestImage)
#include "tst_image.moc"
