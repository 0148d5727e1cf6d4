// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <chrono>
#include <string>

#include <QTest>

#include "core/base/regex.h"

using namespace kerf::core;

namespace {

std::vector<std::string> matches(const char* pattern, const std::string& text)
{
    std::vector<std::string> found;
    const std::vector<Regex::Match> all = *Regex::compile(pattern)->findAll(text);
    for (const Regex::Match& match : all)
        found.push_back(text.substr(match.begin, match.end - match.begin));
    return found;
}

} // namespace

class TestRegex : public QObject {
    Q_OBJECT
private slots:
    void findsAllFromLeftToRight()
    {
        QCOMPARE(matches("\\p{L}+|\\d", "ab 1\xc3\xa9\xce\xbb 23"),
            (std::vector<std::string> { "ab", "1", "\xc3\xa9\xce\xbb", "2", "3" }));
        QCOMPARE(
            matches("(?i:K)", "k \xe2\x84\xaa"), (std::vector<std::string> { "k", "\xe2\x84\xaa" })); // Kelvin sign
        QCOMPARE(matches("^b", "b\nb"), (std::vector<std::string> { "b", "b" }));
        // Empty matches go on by whole characters and stop at the end.
        QCOMPARE(Regex::compile("x*")->findAll("\xc3\xa9x")->size(), std::size_t { 3 });
    }
    void spaceIsUnicodeWhiteSpace()
    {
        // No-break space and ideographic space are; the Mongolian vowel separator is not since Unicode 6.3.
        QCOMPARE(matches("[\\s]", "\xc2\xa0 \xe3\x80\x80\xe1\xa0\x8e").size(), std::size_t { 3 });
        QCOMPARE(matches("\\S", "\xc2\xa0\xe1\xa0\x8e").size(), std::size_t { 1 });
        QCOMPARE(matches("\\\\s", "\\s"), std::vector<std::string> { "\\s" }); // an escaped backslash and an s
    }
    void replacesAndEscapes()
    {
        QCOMPARE(*Regex::compile(" +")->replaceAll(" a  b ", "_"), std::string("_a_b_"));
        const std::string literal = "a.b|(c)[d]{e}^$?*+-# \\s";
        const Regex exact = *Regex::compile(escapePattern(literal));
        QVERIFY(*exact.contains("<" + literal + ">"));
        QVERIFY(!*exact.contains("axb|(c)[d]{e}^$?*+-# \\s"));
    }
    void refusesWhatIsMalformedOrTooLarge()
    {
        for (const std::string& pattern : { std::string("(a"), std::string("[z-a]"), std::string("\\p{Nonsense}"),
                 std::string("((a{1000}){1000}){1000}"), std::string(20000, '(') + std::string(20000, ')'),
                 std::string(70000, 'a'), std::string("\\C") }) {
            const Result<Regex> regex = Regex::compile(pattern);
            QVERIFY2(!regex.has_value(), pattern.substr(0, 100).c_str());
            QVERIFY(regex.error().code == ErrorCode::InvalidArgument);
        }
    }
    void anExponentialPatternEndsWithAnError()
    {
        const auto start = std::chrono::steady_clock::now();
        const Result<bool> found = Regex::compile("^(a|a)*$")->contains(std::string(5000, 'a') + "b");
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
        QVERIFY(!found.has_value());
        QVERIFY2(found.error().message.find("too expensive") != std::string::npos, found.error().message.c_str());
        QVERIFY2(seconds.count() < 1.0, qPrintable(QString::number(seconds.count())));
    }
};

QTEST_GUILESS_MAIN(TestRegex)
#include "tst_regex.moc"
