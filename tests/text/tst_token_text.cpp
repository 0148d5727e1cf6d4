// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <numeric>

#include <QTemporaryDir>
#include <QTest>

#include "core/text/token_text.h"
#include "tests/support/byte_tokenizer.h"
#include "tests/support/test_data.h"

using namespace kerf::core;

namespace {

std::string joined(const std::vector<std::string>& texts)
{
    return std::accumulate(texts.begin(), texts.end(), std::string());
}

std::vector<std::string> classNamesOf(const Tokenizer& tokenizer, const std::string& text)
{
    const std::vector<TokenId> ids = tokenizer.encode(text, false).value();
    std::vector<std::string> names;
    for (const TokenClass kind : tokenClasses(tokenizer, ids, tokenTexts(tokenizer, ids)))
        names.emplace_back(tokenClassName(kind));
    return names;
}

} // namespace

class TestTokenText : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    Tokenizer bytes() const
    {
        kerf::test::writeByteTokenizer(m_folder.path().toStdString());
        return Tokenizer::open(m_folder.path().toStdString()).value();
    }

private slots:
    void aCharacterOfSeveralTokensStandsAtTheLast()
    {
        const Tokenizer tokenizer = bytes();
        const std::vector<TokenId> ids = tokenizer.encode("a\xe2\x82\xac!", false).value(); // a € !
        QCOMPARE(ids.size(), std::size_t { 5 });
        const std::vector<std::string> expected { "a", "", "", "€", "!" };
        QVERIFY(tokenTexts(tokenizer, ids) == expected);
        // A window that starts inside of it, and one that ends there.
        const auto tail = tokenTexts(tokenizer, std::span(ids).subspan(2));
        QCOMPARE(tail.size(), std::size_t { 3 });
        QCOMPARE(joined(tail), tokenizer.decode(std::span(ids).subspan(2)));
        QCOMPARE(joined(tokenTexts(tokenizer, std::span(ids).first(3))), tokenizer.decode(std::span(ids).first(3)));
    }
    void partsMakeTheWhole_data()
    {
        QTest::addColumn<QString>("folder");
        for (const char* name : { "gpt2", "llama2", "llama3", "gemma", "mistral-v3", "qwen2" })
            QTest::addRow("%s", name) << name;
    }
    void partsMakeTheWhole()
    {
        KERF_REQUIRE_SHARED_DATA(shared);
        QFETCH(QString, folder);
        const Tokenizer tokenizer
            = Tokenizer::load(shared / "conformance" / "tokenizers" / folder.toStdString() / "tokenizer.json").value();
        const std::string text
            = "The 3rd “captain” said: naïve — 水 🏴‍☠️ x\n\n\tindented, 1234.5 kg\n";
        const std::vector<TokenId> ids = tokenizer.encode(text, false).value();
        const std::vector<std::string> texts = tokenTexts(tokenizer, ids);
        QCOMPARE(texts.size(), ids.size());
        QCOMPARE(joined(texts), tokenizer.decode(ids));
        for (const TokenId id : ids)
            QVERIFY(!tokenText(tokenizer, id).empty());
    }
    void aTokenByItselfKeepsItsSpaceAndItsBytes()
    {
        KERF_REQUIRE_SHARED_DATA(shared);
        for (const char* name : { "gpt2", "llama2" }) { // byte-level, and SentencePiece with byte fallback
            const Tokenizer tokenizer
                = Tokenizer::load(shared / "conformance" / "tokenizers" / name / "tokenizer.json").value();
            const std::vector<TokenId> ids = tokenizer.encode("at the sea", false).value();
            QCOMPARE(tokenText(tokenizer, ids[1]), std::string(" the"));
        }
        const Tokenizer tokenizer = bytes();
        const std::vector<TokenId> ids = tokenizer.encode("\xe2\x82\xac", false).value();
        QCOMPARE(tokenText(tokenizer, ids[0]), std::string("<0xE2>"));
        QCOMPARE(tokenText(tokenizer, ids[2]), std::string("<0xAC>"));
    }
    void invisibleCharactersAreShown()
    {
        QCOMPARE(visibleText(" the"), std::string("␣the"));
        QCOMPARE(visibleText("two words "), std::string("two words␣"));
        QCOMPARE(visibleText("\n\tx"), std::string("↵⇥x"));
        QCOMPARE(visibleText("  "), std::string("␣␣"));
        QCOMPARE(visibleText(""), std::string());
    }
    void classesByWhatTheyStartWith()
    {
        const Tokenizer sample = Tokenizer::open(kerf::test::sample() / "model").value();
        const std::vector<TokenId> ids = sample.encode("The rations, 12 “men”.\n", false).value();
        const std::vector<std::string> texts = tokenTexts(sample, ids);
        const std::vector<TokenClass> classes = tokenClasses(sample, ids, texts);
        for (std::size_t i = 0; i < ids.size(); ++i) {
            const std::string& text = texts[i];
            const bool isLetter = !text.empty() && std::isalpha(static_cast<unsigned char>(text.back())) != 0;
            if (isLetter && (text.front() == ' ' || i == 0))
                QCOMPARE(tokenClassName(classes[i]), "word start");
        }
        const std::vector<std::string> expected { "word start", "word part", "punctuation", "word start", "space",
            "number", "word part", "punctuation", "word start" };
        QVERIFY(classNamesOf(bytes(), "ab-c 1d_e") != expected); // "_" is a word character
        QVERIFY(classNamesOf(bytes(), "ab-c 1d.e") == expected);
        const std::vector<std::string> euro { "other", "other", "punctuation" };
        QVERIFY(classNamesOf(bytes(), "€") == euro);
        const std::vector<TokenId> special { 0, ids[0] };
        QVERIFY(isSpecialToken(sample, 0));
        QVERIFY(!isSpecialToken(sample, ids[0]));
        QCOMPARE(tokenClassName(tokenClasses(sample, special, tokenTexts(sample, special))[0]), "other");
    }
};

QTEST_GUILESS_MAIN(TestTokenText)
#include "tst_token_text.moc"
