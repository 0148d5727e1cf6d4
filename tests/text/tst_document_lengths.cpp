// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <QTemporaryDir>
#include <QTest>

#include "core/text/document_lengths.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
namespace fs = std::filesystem;

/// How long the documents of a text are.
class TestDocumentLengths : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::optional<Tokenizer> m_tokenizer;

    fs::path write(const char* name, const std::string& text)
    {
        const fs::path path = m_folder.filePath(name).toStdString();
        std::ofstream(path, std::ios::binary) << text;
        return path;
    }
    std::int64_t tokensOf(const std::string& text) const
    {
        return std::int64_t(m_tokenizer->encode(text, false).value().size());
    }

private slots:
    void initTestCase()
    {
        const Result<Tokenizer> loaded = Tokenizer::load(kerf::test::sample() / "model" / "tokenizer.json");
        QVERIFY2(loaded.has_value(), loaded ? "" : loaded.error().message.c_str());
        m_tokenizer = *loaded;
    }
    void countsEachByItself()
    {
        std::string book;
        for (int i = 0; i < 20'000; ++i)
            book += "the number " + std::to_string(i) + "\n";
        const std::vector files { write("a.jsonl",
                                      "{\"text\": \"It was dark.\"}\n{\"text\": null}\n{\"text\": \"\"}\n{\"text\": "
                                      "\"\\n\\nThe rain fell in torrents upon the old house.\"}\n"),
            write("b.csv", "id,text\n1,one two three\n2,\n3,four\n"), write("c.txt", book) };
        std::vector<std::int64_t> wanted { tokensOf("It was dark."), 0,
            tokensOf("\n\nThe rain fell in torrents upon the old house."), tokensOf("one two three"), tokensOf("four"),
            tokensOf(book) };
        std::ranges::sort(wanted);
        const Result<DocumentLengths> found = measureDocuments(*m_tokenizer, files, "", 0, {});
        QVERIFY2(found.has_value(), found ? "" : found.error().message.c_str());
        QCOMPARE(found->lengths, wanted);
        QVERIFY(found->whole);
        const Result<DocumentLengths> part = measureDocuments(*m_tokenizer, std::vector { files[2] }, "", 100'000, {});
        QVERIFY(!part->whole && part->lengths.size() == 1);
        QVERIFY(part->lengths[0] > 10'000 && part->lengths[0] < found->lengths.back());
    }
    void sumsUp()
    {
        DocumentLengths lengths { { 0, 1, 3, 4, 5, 7, 8, 40 } };
        QCOMPARE(lengths.tokens(), std::int64_t { 68 });
        QCOMPARE(lengths.quantile(0), std::int64_t { 0 });
        QCOMPARE(lengths.quantile(0.5), std::int64_t { 4 }); // four of eight are not longer
        QCOMPARE(lengths.quantile(0.51), std::int64_t { 5 });
        QCOMPARE(lengths.quantile(1), std::int64_t { 40 });
        QCOMPARE(lengths.shorterThan(4), std::int64_t { 3 });
        QCOMPARE(DocumentLengths().quantile(0.5), std::int64_t { 0 });
        QVERIFY(DocumentLengths().histogram().empty());
        // 0 | 1 | 2..3 | 4..7 | 8..15 | 16..31 | 32..63
        const std::vector<DocumentLengths::Bin> bins = lengths.histogram();
        const std::vector<std::array<std::int64_t, 4>> wanted { { 0, 1, 1, 0 }, { 1, 2, 1, 1 }, { 2, 4, 1, 3 },
            { 4, 8, 3, 16 }, { 8, 16, 1, 8 }, { 16, 32, 0, 0 }, { 32, 64, 1, 40 } };
        QCOMPARE(bins.size(), wanted.size());
        for (std::size_t i = 0; i < bins.size(); ++i)
            QVERIFY((std::array { bins[i].from, bins[i].to, bins[i].documents, bins[i].tokens } == wanted[i]));
        QCOMPARE((DocumentLengths { { 9, 10 } }.histogram().front().from), std::int64_t { 8 });
        QCOMPARE(toJson(lengths)["histogram"][3]["tokens"].get<int>(), 16);
    }
};

QTEST_GUILESS_MAIN(TestDocumentLengths)
#include "tst_document_lengths.moc"
