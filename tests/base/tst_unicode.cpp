// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <array>
#include <cstdlib>
#include <string>

#include <QTest>
#include <utf8proc.h>

#include "core/base/random.h"
#include "core/base/unicode.h"

using namespace kerf::core;

namespace {

/// What the library makes of a whole text at once.
std::string byLibrary(const std::string& text, int options)
{
    utf8proc_uint8_t* made = nullptr;
    const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
        static_cast<utf8proc_ssize_t>(text.size()), &made, static_cast<utf8proc_option_t>(options | UTF8PROC_STABLE));
    const std::string normal(reinterpret_cast<char*>(made), static_cast<std::size_t>(length));
    std::free(made);
    return normal;
}

} // namespace

/// Normal forms of Unicode.
class TestUnicode : public QObject {
    Q_OBJECT
private slots:
    void knownForms()
    {
        // Unicode's NormalizationTest-15.0.0.txt: lines of 1E0A 0323, AC00 and FDFA, and two marks out of order.
        QCOMPARE(normalizeUnicode("\u1e0a\u0323", NormalForm::Nfc), std::string("\u1e0c\u0307"));
        QCOMPARE(normalizeUnicode("\u1e0a\u0323", NormalForm::Nfd), std::string("D\u0323\u0307"));
        QCOMPARE(normalizeUnicode("\uac00", NormalForm::Nfd), std::string("\u1100\u1161"));
        QCOMPARE(normalizeUnicode("\u1100\u1161", NormalForm::Nfc), std::string("\uac00"));
        QCOMPARE(normalizeUnicode("\ufdfa", NormalForm::Nfkc).size(), std::size_t { 33 }); // 18 characters
        QCOMPARE(
            normalizeUnicode("a\u0315\u0300\u05ae\u0062", NormalForm::Nfd), std::string("a\u05ae\u0300\u0315\u0062"));
        QCOMPARE(normalizeUnicode("plain", NormalForm::Nfkd), std::string("plain"));
        QCOMPARE(normalizeUnicode("", NormalForm::Nfc), std::string());
    }
    void equalsTheLibrary()
    {
        static constexpr std::array<std::uint32_t, 28> kPoints { 'a', 'E', ' ', 0xe9, 0x1e0a, 0x300, 0x301, 0x323,
            0x315, 0x5ae, 0x345, 0x1100, 0x1161, 0x11a8, 0xac00, 0xac01, 0xfdfa, 0xfb01, 0x3385, 0x2126, 0x1f600,
            0x0958, 0x0f73, 0x1d15e, 0x2f800, 0x0344, 0x09c7, 0x09be };
        CounterRng random(9);
        for (int i = 0; i < 20'000; ++i) {
            std::string text;
            for (std::uint64_t n = random.below(14); n > 0; --n)
                appendUtf8(text,
                    random.below(4) == 0 ? 0x300 + static_cast<std::uint32_t>(random.below(0x70))
                                         : kPoints[random.below(kPoints.size())]);
            for (const auto& [form, options] : { std::pair(NormalForm::Nfc, int(UTF8PROC_COMPOSE)),
                     std::pair(NormalForm::Nfd, int(UTF8PROC_DECOMPOSE)),
                     std::pair(NormalForm::Nfkc, UTF8PROC_COMPOSE | UTF8PROC_COMPAT),
                     std::pair(NormalForm::Nfkd, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT) })
                QVERIFY2(normalizeUnicode(text, form) == byLibrary(text, options), text.c_str());
        }
    }
    /// Exchanging neighbours would take minutes here.
    void marksInARowTakeLinearTime()
    {
        std::string text = "a";
        for (int i = 0; i < 250'000; ++i)
            text += "\u0301\u0323";
        const std::string normal = normalizeUnicode(text, NormalForm::Nfd);
        QCOMPARE(normal.size(), text.size());
        QVERIFY(normal.starts_with("a\u0323\u0323") && normal.ends_with("\u0301\u0301"));
        QVERIFY(normalizeUnicode(text, NormalForm::Nfkc).starts_with("\u1ea1\u0323"));
    }
};

QTEST_GUILESS_MAIN(TestUnicode)
#include "tst_unicode.moc"
