// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <bit>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/json.h"
#include "core/text/base64.h"
#include "core/text/tokenizer.h"

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

using Ids = std::vector<TokenId>;

std::string varint(std::uint64_t value)
{
    std::string out;
    for (; value > 0x7f; value >>= 7)
        out += static_cast<char>((value & 0x7f) | 0x80);
    return out + static_cast<char>(value);
}

std::string numberField(std::uint64_t field, std::uint64_t value)
{
    return varint(field << 3) + varint(value);
}

std::string bytesField(std::uint64_t field, const std::string& bytes)
{
    return varint(field << 3 | 2) + varint(bytes.size()) + bytes;
}

std::string floatField(std::uint64_t field, float value)
{
    std::string out = varint(field << 3 | 5);
    const auto bits = std::bit_cast<std::uint32_t>(value);
    for (int shift = 0; shift < 32; shift += 8)
        out += static_cast<char>(bits >> shift & 0xff);
    return out;
}

struct Piece {
    const char* text;
    float score;
    std::uint64_t type = 1; ///< 2 unknown, 3 control
};

/// A SentencePiece model by its fields; kind 1 is Unigram, 2 is BPE, 3 words.
std::string sentencePieceModel(std::uint64_t kind)
{
    const Piece pieces[] = { { "<unk>", 0, 2 }, { "<s>", 0, 3 }, { "</s>", 0, 3 }, { "\u2581the", -1 },
        { "\u2581", -2 }, { "a", -3 }, { "b", -3 }, { "ab", -7 }, { "\u2581a", -4.5F }, { "t", -4 }, { "h", -4 },
        { "e", -4 }, { "x", -4, 5 }, { "th", -3.5F }, { "the", -3 } };
    std::string model;
    for (const Piece& piece : pieces)
        model += bytesField(1, bytesField(1, piece.text) + floatField(2, piece.score) + numberField(3, piece.type));
    return model + bytesField(2, numberField(3, kind)) + bytesField(3, bytesField(1, "identity"));
}

/// A tiktoken file: the 256 bytes, then these tokens, then tokens of three bytes until there are `count`.
std::string tiktokenFile(const std::vector<std::string>& tokens, std::size_t count)
{
    std::string text;
    std::size_t rank = 0;
    const auto add
        = [&](const std::string& token) { text += encodeBase64(token) + ' ' + std::to_string(rank++) + '\n'; };
    for (int byte = 0; byte < 256; ++byte)
        add(std::string(1, static_cast<char>(byte)));
    for (const std::string& token : tokens)
        add(token);
    for (std::uint32_t filler = 0; rank < count; ++filler)
        add({ '\x01', static_cast<char>(filler >> 16), static_cast<char>(filler >> 8), static_cast<char>(filler) });
    return text;
}

class Folder {
public:
    void write(const char* name, const std::string& content) const
    {
        std::ofstream(path() / name, std::ios::binary) << content;
    }
    fs::path path() const { return m_folder.path().toStdString(); }

private:
    QTemporaryDir m_folder;
};

} // namespace

/// Folders without a tokenizer.json.
class TestTokenizerFiles : public QObject {
    Q_OBJECT

    static Ids idsOf(const Folder& folder, const char* text, bool addSpecialTokens = false)
    {
        const Result<Tokenizer> tokenizer = Tokenizer::open(folder.path());
        if (!tokenizer)
            qFatal("%s", tokenizer.error().message.c_str());
        return tokenizer->encode(text, addSpecialTokens).value();
    }

    static std::string problemOf(const Folder& folder)
    {
        const Result<Tokenizer> tokenizer = Tokenizer::open(folder.path());
        return tokenizer ? std::string() : tokenizer.error().message;
    }

private slots:
    void readsSentencePiece_data()
    {
        QTest::addColumn<quint64>("kind");
        QTest::addRow("Unigram") << quint64 { 1 };
        QTest::addRow("BPE") << quint64 { 2 };
    }
    void readsSentencePiece()
    {
        QFETCH(quint64, kind);
        const Folder folder;
        folder.write("tokenizer.model", sentencePieceModel(kind));
        // The ids of the sentencepiece package 0.2.3 for the same bytes.
        QCOMPARE(idsOf(folder, "  the  "), (Ids { 3 }));
        QCOMPARE(idsOf(folder, "athe zz b"), (Ids { 8, 14, 4, 0, 4, 6 }));
        QCOMPARE(idsOf(folder, "zz\u0085"), (Ids { 4, 0 }));
        QCOMPARE(idsOf(folder, "the", true), (Ids { 1, 3 }));
        QCOMPARE(Tokenizer::open(folder.path())->decode(Ids { 3, 8, 6 }), std::string("the ab"));
        folder.write("tokenizer_config.json", R"({"tokenizer_class": "T5Tokenizer"})");
        QCOMPARE(idsOf(folder, "the", true), (Ids { 3, 2 }));
    }
    void refusesBrokenSentencePiece()
    {
        const Folder folder;
        const std::string model = sentencePieceModel(1);
        folder.write("tokenizer.model", sentencePieceModel(3));
        QVERIFY(problemOf(folder).find("words or characters") != std::string::npos);
        for (std::size_t length = 0; length < model.size(); ++length) {
            folder.write("tokenizer.model", model.substr(0, length));
            const std::string problem = problemOf(folder); // some cuts leave a smaller model
            QVERIFY(problem.empty() || problem.find("tokenizer.model") != std::string::npos);
        }
        folder.write("tokenizer.model", model.substr(0, 20));
        QVERIFY(problemOf(folder).find("ends too soon") != std::string::npos);
    }
    void readsVocabTxt()
    {
        const Folder folder;
        folder.write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nun\n##do\r\n##ing\n.\n");
        QCOMPARE(idsOf(folder, "Und\u00f6ing.", true), (Ids { 2, 5, 6, 7, 8, 3 }));
        QCOMPARE(idsOf(folder, "[MASK] undo x"), (Ids { 4, 5, 6, 1 }));
        folder.write("tokenizer_config.json", R"({"do_lower_case": false})");
        QCOMPARE(idsOf(folder, "Undo"), (Ids { 1 }));
    }
    void readsVocabJsonAndMerges()
    {
        const Folder folder;
        folder.write("vocab.json", R"({"a": 0, "b": 1, "ab": 2, "<|endoftext|>": 3, "Ġ": 4})");
        folder.write("merges.txt", "#version: 0.2\na b\n");
        QCOMPARE(idsOf(folder, "ab a<|endoftext|>", true), (Ids { 2, 4, 0, 3 }));
        folder.write("vocab.json", R"({"<s>": 0, "</s>": 1, "a": 2, "b": 3, "ab": 4, "<mask>": 5})");
        QCOMPARE(idsOf(folder, "ab <mask>", true), (Ids { 0, 4, 5, 1 }));
        folder.write("merges.txt", "a c\n");
        QVERIFY(problemOf(folder).find("vocab.json") != std::string::npos);
    }
    void readsTiktoken()
    {
        // The ids of the package tiktoken 0.14.0 for the same tokens (check_tiktoken.py compares far more).
        const std::vector<std::string> tokens { "ab", "bc", "abc", "cd", " a", "aa", "12", "123" };
        const Folder folder;
        folder.write("tiktoken.model", tiktokenFile(tokens, 0));
        QCOMPARE(idsOf(folder, "abcd aab 12345"), (Ids { 258, 100, 260, 256, 32, 263, 52, 53 }));
        QCOMPARE(idsOf(folder, "aaab"), (Ids { 261, 256 }));
        QCOMPARE(idsOf(folder, "\u00e9"), (Ids { 0xc3, 0xa9 }));
        const Tokenizer tokenizer = Tokenizer::open(folder.path()).value();
        QCOMPARE(tokenizer.decode(Ids { 258, 260, 0xc3, 0xa9 }), std::string("abc a\u00e9"));
        QCOMPARE(tokenizer.notes().size(), std::size_t { 2 });
        QVERIFY(tokenizer.notes()[0].find("264 tokens, a number that no known vocabulary has") != std::string::npos);
        QVERIFY(tokenizer.notes()[1].find("special tokens are not known") != std::string::npos);
        folder.write(
            "tokenizer_config.json", R"({"added_tokens_decoder": {"266": {"content": "[EOT]", "special": true}}})");
        QCOMPARE(idsOf(folder, "ab[EOT]"), (Ids { 256, 266 }));
        QCOMPARE(Tokenizer::open(folder.path())->decode(Ids { 265 }, false), std::string("<|reserved_token_265|>"));
    }
    void knowsPublishedTiktokenVocabularies()
    {
        const Folder folder;
        folder.write("tokenizer.model", tiktokenFile({ "ab" }, 128000));
        QCOMPARE(idsOf(folder, "ab<|eot_id|>", true), (Ids { 128000, 256, 128009 }));
        QVERIFY(Tokenizer::open(folder.path())->notes().empty());
        fs::remove(folder.path() / "tokenizer.model");
        folder.write("qwen.tiktoken", tiktokenFile({ "12", "\u00e9" }, 151643));
        QCOMPARE(idsOf(folder, "12e\u0301<|extra_0|>"), (Ids { 49, 50, 257, 151646 })); // digits apart, normal form C
    }
    void refusesBrokenTiktoken_data()
    {
        QTest::addColumn<QByteArray>("lines");
        QTest::addColumn<QByteArray>("problem");
        const QByteArray good = QByteArray::fromStdString(tiktokenFile({ "ab" }, 0));
        QTest::addRow("no rank") << good + "YWJj\n" << QByteArray("line 258 is not a token in base64 and its rank");
        QTest::addRow("no number") << good + "YWJj 2x\n" << QByteArray("line 258 is not a token");
        QTest::addRow("rank out of bounds") << good + "YWJj 99999999999\n" << QByteArray("line 258 is not a token");
        QTest::addRow("no base64") << good + "Y*Jj 257\n" << QByteArray("line 258 is not a token");
        QTest::addRow("rank twice") << good + "YWJj 256\n"
                                    << QByteArray("line 258 has a token or a rank for the second");
        QTest::addRow("token twice") << good + "YWI= 257\n"
                                     << QByteArray("line 258 has a token or a rank for the second");
        QTest::addRow("too long") << good + QByteArray(1000, 'a').toBase64() + " 257\n" << QByteArray("has 1000 bytes");
        QTest::addRow("byte missing") << good.mid(good.indexOf('\n') + 1) << QByteArray("no token for the byte 0x00");
    }
    void refusesBrokenTiktoken()
    {
        QFETCH(QByteArray, lines);
        QFETCH(QByteArray, problem);
        const Folder folder;
        folder.write("tiktoken.model", lines.toStdString());
        QVERIFY2(problemOf(folder).find(problem.toStdString()) != std::string::npos, problemOf(folder).c_str());
    }
    void tokenizerJsonComesFirst()
    {
        const Folder folder;
        folder.write("vocab.txt", "[UNK]\na\n");
        folder.write("tokenizer.json", R"({"model": {"type": "WordLevel", "vocab": {"a": 7}, "unk_token": "?"}})");
        QCOMPARE(idsOf(folder, "a"), (Ids { 7 }));
        // Words that are unknown to a vocabulary without a piece for them.
        const auto ids = Tokenizer::open(folder.path())->encode("b", false);
        QVERIFY(!ids.has_value());
        QVERIFY(ids.error().message.find("\"b\" is not in the vocabulary") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestTokenizerFiles)
#include "tst_tokenizer_files.moc"
