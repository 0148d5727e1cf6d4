// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <filesystem>
#include <fstream>

#include <QTemporaryDir>
#include <QTest>

#include "core/text/dataset.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
namespace fs = std::filesystem;

class TestDataset : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::optional<Tokenizer> m_tokenizer; ///< of the bundled sample: byte-level, so any text has tokens

    fs::path write(const char* name, const std::string& text)
    {
        const fs::path path = m_folder.filePath(name).toStdString();
        std::ofstream(path, std::ios::binary) << text;
        return path;
    }
    Result<Dataset> load(std::vector<fs::path> files, const WindowOptions& options = { .window = 8 })
    {
        return loadDataset(*m_tokenizer, files, options);
    }

private slots:
    void initTestCase()
    {
        const Result<Tokenizer> loaded = Tokenizer::load(kerf::test::sample() / "model" / "tokenizer.json");
        QVERIFY2(loaded.has_value(), loaded ? "" : loaded.error().message.c_str());
        m_tokenizer = *loaded;
    }
    void cutsWindowsWithoutOverlap()
    {
        const std::string text = "It was a dark and stormy night; the rain fell in torrents upon the old house.\n";
        const Result<Dataset> data = load({ write("a.txt", text), write("b.txt", text) });
        QVERIFY2(data.has_value(), data ? "" : data.error().message.c_str());
        const std::vector<TokenId> ids = *m_tokenizer->encode(text + text, false);
        QCOMPARE(data->totalTokens, std::int64_t(ids.size()));
        QCOMPARE(data->windows.size(), ids.size() / 8);
        for (std::size_t i = 0; i < data->windows.size() * 8; ++i)
            QCOMPARE(data->windows[i / 8][i % 8], ids[i]);
        QCOMPARE(data->name, std::string("a.txt + b.txt"));
        QCOMPARE(data->preview, text + text);
    }
    void limitsAndBosChangeWindowsAndHash()
    {
        const fs::path file = write("c.txt", "one two three four five six seven eight nine ten eleven twelve");
        const Result<Dataset> plain = load({ file }, { .window = 4 });
        const Result<Dataset> limited = load({ file }, { .window = 4, .maxWindows = 1 });
        const Result<Dataset> withBos = load({ file }, { .window = 4, .addBos = true });
        const Result<Dataset> again = load({ file }, { .window = 4 });
        QCOMPARE(limited->windows.size(), std::size_t { 1 });
        QCOMPARE(limited->windows[0], plain->windows[0]);
        QVERIFY(withBos->windows[0] != plain->windows[0]);
        QCOMPARE(withBos->windows[0][1], plain->windows[0][0]);
        QCOMPARE(again->hash, plain->hash);
        QVERIFY(limited->hash != plain->hash && withBos->hash != plain->hash);
    }
    void readsJsonLines()
    {
        const Result<Dataset> lines = load(
            { write("d.jsonl", "{\"text\": \"first words here\"}\r\n\n{\"text\": \"second words\", \"id\": 7}") },
            { .window = 2 });
        const Result<Dataset> plain = load({ write("d.txt", "first words here\n\nsecond words") }, { .window = 2 });
        QVERIFY2(lines.has_value(), lines ? "" : lines.error().message.c_str());
        QCOMPARE(lines->windows, plain->windows);
        QCOMPARE(lines->hash, plain->hash);
    }
    void saysWhatIsWrong_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("message");
        QTest::addRow("empty") << "evaluation.txt" << QByteArray()
                               << "evaluation.txt has 0 tokens; at least 256 are needed for one window";
        QTest::addRow("not UTF-8") << "e.txt" << QByteArray("abc\xff") << "byte 3";
        QTest::addRow("bad line") << "f.jsonl" << QByteArray("{\"text\": \"a\"}\n{\"text\": }") << "f.jsonl, line 2";
        QTest::addRow("no text") << "g.jsonl" << QByteArray("{\"body\": \"a\"}") << "g.jsonl, line 1";
        QTest::addRow("a list") << "h.jsonl" << QByteArray("[1]") << "h.jsonl, line 1";
    }
    void saysWhatIsWrong()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, content);
        QFETCH(QString, message);
        const Result<Dataset> data
            = load({ write(name.toUtf8().constData(), content.toStdString()) }, { .window = 256 });
        QVERIFY(!data.has_value());
        QVERIFY2(QString::fromStdString(data.error().message).contains(message), data.error().message.c_str());
    }
    void aMissingFileIsNamed()
    {
        const Result<Dataset> data = load({ "/nonexistent/words.txt" });
        QVERIFY(!data.has_value());
        QVERIFY(data.error().message.find("words.txt") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestDataset)
#include "tst_dataset.moc"
