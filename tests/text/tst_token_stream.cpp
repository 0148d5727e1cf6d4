// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <QTest>

#include "core/base/atomic_file.h"
#include "core/base/json.h"
#include "core/base/random.h"
#include "core/text/token_stream.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kLength = 300'000;

std::string repeated(const std::string& unit, std::size_t bytes)
{
    std::string text;
    while (text.size() < bytes)
        text += unit;
    return text;
}

/// The texts of a conformance set in random order, with random separators between them.
std::string mixedCases(const fs::path& cases, std::uint64_t seed)
{
    std::vector<std::string> texts;
    std::ifstream stream(cases);
    for (std::string line; std::getline(stream, line);)
        texts.push_back(Json::parse(line)["text"].get<std::string>());
    CounterRng rng(seed, 0);
    const std::vector<std::string> separators { "", " ", "\n", "\n\n", "  ", "\t", ". ", "a", "<mask>", " zork " };
    std::string text;
    while (text.size() < kLength)
        text += texts[rng.below(texts.size())].substr(0) + separators[rng.below(separators.size())];
    return text;
}

} // namespace

/// Tokenizing in parts gives the ids of the whole text, wherever it is cut.
class TestTokenStream : public QObject {
    Q_OBJECT

    /// Pushes a text in parts of these lengths in turn. `before`: ids known before the end of the text.
    static std::vector<TokenId> streamed(const Tokenizer& tokenizer, const std::string& text,
        const std::vector<std::size_t>& parts, std::size_t* before = nullptr)
    {
        TokenStream stream(tokenizer, true);
        std::vector<TokenId> ids;
        std::size_t at = 0;
        for (std::size_t i = 0; at < text.size(); ++i) {
            const std::size_t length = std::min(parts[i % parts.size()], text.size() - at);
            if (const Status status = stream.push(std::string_view(text).substr(at, length), ids); !status)
                qFatal("%s", status.error().message.c_str());
            at += length;
        }
        if (before)
            *before = ids.size();
        if (const Status status = stream.finish(ids); !status)
            qFatal("%s", status.error().message.c_str());
        return ids;
    }

    static void addTokenizers()
    {
        QTest::addColumn<QString>("tokenizer");
        KERF_REQUIRE_SHARED_DATA(shared);
        for (const std::string& name : kerf::test::tokenizerFolders(shared))
            QTest::addRow("%s", name.c_str()) << QString::fromStdString(name);
    }

    static fs::path folderOf(const fs::path& shared)
    {
        QFETCH(QString, tokenizer);
        return shared / "conformance" / "tokenizers" / tokenizer.toStdString();
    }

    static void compare(const Tokenizer& tokenizer, const std::string& text, const char* what,
        const std::vector<std::size_t>& parts = { 65'536 })
    {
        const auto whole = tokenizer.encode(text, true);
        QVERIFY2(whole.has_value(), whole ? "" : whole.error().message.c_str());
        const std::vector<TokenId> ids = streamed(tokenizer, text, parts);
        const auto different = std::mismatch(ids.begin(), ids.end(), whole->begin(), whole->end());
        QVERIFY2(ids == *whole,
            qPrintable(QString("%1: %2 ids, %3 of the whole, the first that differs is %4")
                           .arg(what)
                           .arg(ids.size())
                           .arg(whole->size())
                           .arg(different.first - ids.begin())));
    }

private slots:
    void givesTheIdsOfTheWhole_data() { addTokenizers(); }
    void givesTheIdsOfTheWhole()
    {
        KERF_REQUIRE_SHARED_DATA(shared);
        const fs::path folder = folderOf(shared);
        const Tokenizer tokenizer = Tokenizer::load(folder / "tokenizer.json").value();
        compare(tokenizer, mixedCases(folder / "cases.jsonl", 1), "cases", { 1, 7, 4093, 65'536, 2, 100'000 });
        compare(tokenizer, mixedCases(folder / "cases.jsonl", 2), "other cases", { 10'007 });
        const std::string book = readTextFile(shared / "books" / "1661.txt", 1 << 24).value();
        compare(tokenizer, book.substr(0, kLength), "a book");
        const std::string wiki = readTextFile(shared / "text" / "wikitext2-test.txt", 1 << 24).value();
        compare(tokenizer, wiki.substr(0, kLength), "an encyclopedia", { 12'345 });
    }
    void givesTheIdsOfTextsWithoutUsualPlaces_data() { addTokenizers(); }
    void givesTheIdsOfTextsWithoutUsualPlaces()
    {
        KERF_REQUIRE_SHARED_DATA(shared);
        const Tokenizer tokenizer = Tokenizer::load(folderOf(shared) / "tokenizer.json").value();
        const std::string words = "It was a dark night, and the rain fell.\nThe house stood on a hill. ";
        const std::string start = repeated(words, 50'000);
        const std::pair<const char*, std::string> texts[] = {
            { "one long word", start + std::string(100'000, 'a') + words },
            { "spaces", start + std::string(100'000, ' ') + words + std::string(70'000, ' ') },
            { "lines", start + std::string(100'000, '\n') + words },
            { "spaces and lines", start + repeated("   \n\n \n", 100'000) + words },
            { "digits", start + repeated("1234567890", 100'000) + words },
            { "no spaces", repeated("夜の雨が降っていた。家は丘の上に立っていた、", 150'000) },
            { "combining marks",
                repeated("e\xcc\x81\xcc\xa3 A\xcc\x8a"
                         "a\xcc\x81 ",
                    150'000) },
            { "emoji", repeated("\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80 fly!", 150'000) },
            { "added tokens", repeated("a  <mask>  b zork [R]  c<|tool|>d zorks  <|pad|>\n", 150'000) },
            { "only added tokens", repeated("<|pad|><mask>", 150'000) },
        };
        for (const auto& [what, text] : texts)
            compare(tokenizer, text, what, { 9'973 });
    }
    void doesNotKeepTheText_data() { addTokenizers(); }
    void doesNotKeepTheText()
    {
        KERF_REQUIRE_SHARED_DATA(shared);
        const Tokenizer tokenizer = Tokenizer::load(folderOf(shared) / "tokenizer.json").value();
        const std::string book = readTextFile(shared / "books" / "1661.txt", 1 << 24).value();
        std::size_t before = 0;
        const std::size_t all = streamed(tokenizer, book, { 65'536 }, &before).size();
        // Less than two stretches of 64 kB of a book of 560 kB may be left at the end.
        QVERIFY2(before > all * 3 / 4, qPrintable(QString("%1 of %2 ids").arg(before).arg(all)));
    }
    void namesAByteThatIsNotUtf8()
    {
        KERF_REQUIRE_SHARED_DATA(shared);
        const Tokenizer tokenizer
            = Tokenizer::load(shared / "conformance" / "tokenizers" / "gpt2" / "tokenizer.json").value();
        const std::string start = repeated("The house stood on a hill. ", 200'000);
        const auto problem = [&](const std::string& text) {
            TokenStream stream(tokenizer, false);
            std::vector<TokenId> ids;
            Status status = stream.push(text, ids);
            if (status)
                status = stream.finish(ids);
            return status ? std::string() : status.error().message;
        };
        const std::string place = "byte " + std::to_string(start.size());
        for (const char* bad : { "\xff", "\xff and more", "\xe2\x82", "\xc3(" })
            QVERIFY2(problem(start + bad).find(place) != std::string::npos, problem(start + bad).c_str());
        QCOMPARE(problem(start + "\xe2\x82\xac"), std::string());
    }
};

QTEST_GUILESS_MAIN(TestTokenStream)
#include "tst_token_stream.moc"
