// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include <fmt/format.h>

#include <QTemporaryDir>
#include <QTest>

#include "core/text/dataset.h"
#include "core/text/dataset_part.h"
#include "core/text/overlap.h"
#include "core/text/token_text.h"
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
    /// A file of plain text is a document, and each record of another; a window is of the one it begins in.
    void windowsKnowTheirDocuments()
    {
        std::vector<std::string> texts;
        for (int i = 0; i < 40; ++i) {
            std::string text;
            for (int word = 0; word < 5 + 37 * (i % 5); ++word)
                text += fmt::format("{}the {} café and the wörld ", word % 9 == 0 ? "\n" : "", word * i);
            texts.push_back(text);
        }
        std::string lines;
        for (const std::string& text : texts)
            lines += Json { { "text", text } }.dump() + "\n";
        lines += "\n{\"text\": null}\n";
        const fs::path records = write("records.jsonl", lines), last = write("last.txt", texts[3]);
        const Dataset data = load({ records, last }).value();
        std::string joined;
        std::vector<std::size_t> starts; ///< bytes
        for (const std::string& text : texts) {
            starts.push_back(joined.size()); // the empty line before a record is part of it
            joined += (joined.empty() ? "" : "\n\n") + text;
        }
        starts.push_back(joined.size());
        joined += texts[3];
        const std::vector<TokenId> ids = m_tokenizer->encode(joined, false).value();
        QCOMPARE(data.documents.size(), data.windows.size());
        QCOMPARE(data.windows.size(), ids.size() / 8);
        std::vector<std::size_t> bytes { 0 }; ///< before each token
        for (const std::string& text : tokenTexts(*m_tokenizer, ids))
            bytes.push_back(bytes.back() + text.size());
        for (std::size_t window = 0; window < data.windows.size(); ++window) {
            const std::size_t byte = bytes[8 * window];
            std::int32_t document = -1;
            for (const std::size_t start : starts)
                document += start <= byte;
            QVERIFY2(data.documents[window] == document,
                qPrintable(QString("window %1: %2, not %3").arg(window).arg(data.documents[window]).arg(document)));
        }
        QCOMPARE(data.documents.back(), std::int32_t(40));
        QVERIFY(data.documentCount() > 30 && data.documentCount() <= 41);
        QVERIFY(toJson(data)["documents"] == data.documentCount());
        // Windows that are drawn, and those that are taken from the start, keep theirs.
        const Dataset drawn = load({ records, last }, { .window = 8, .maxWindows = 20, .sampleSeed = 3 }).value();
        QCOMPARE(drawn.documents.size(), std::size_t(20));
        QVERIFY(drawn.documentCount() > 5);
        for (std::size_t i = 0; i < 20; ++i) {
            bool isThere = false; // the same words may stand in several
            for (std::size_t window = 0; window < data.windows.size(); ++window)
                isThere = isThere
                    || (data.windows[window] == drawn.windows[i] && data.documents[window] == drawn.documents[i]);
            QVERIFY(isThere);
        }
        const Dataset first = firstWindows(data, 9);
        QVERIFY(std::ranges::equal(first.documents, std::span(data.documents).first(9)));
        // Several plain files; with special tokens before; longer than a stretch that is tokenized at once.
        std::string book;
        for (int i = 0; i < 30000; ++i)
            book += fmt::format("word{} ", i);
        const fs::path a = write("a.txt", book), b = write("b.txt", book);
        const Dataset books = load({ a, b }, { .window = 8, .addBos = true }).value();
        QCOMPARE(books.documentCount(), std::int64_t(2));
        const std::size_t ofFirst = m_tokenizer->encode(book, true).value().size();
        for (std::size_t window = 0; window < books.windows.size(); ++window)
            QCOMPARE(books.documents[window], std::int32_t(8 * window >= ofFirst));
        QCOMPARE(load({ a }).value().documentCount(), std::int64_t(1));
    }
    void readsFolders()
    {
        const std::string text = "It was a dark and stormy night; the rain fell in torrents upon the old house.\n";
        fs::create_directories(m_folder.filePath("texts/b").toStdString());
        fs::create_directories(m_folder.filePath("texts/.git").toStdString());
        fs::create_directories(m_folder.filePath("none").toStdString());
        const fs::path last = write("texts/c.TXT", text), first = write("texts/a.jsonl", "{\"text\": \"the moon\"}");
        const fs::path middle = write("texts/b/b.md", "the sun");
        write("texts/.git/hidden.txt", "no");
        write("texts/.hidden.txt", "no");
        write("texts/picture.png", "no");
        const Result<Dataset> folder = load({ fs::path(m_folder.filePath("texts").toStdString()) });
        QVERIFY2(folder.has_value(), folder ? "" : folder.error().message.c_str());
        QCOMPARE(folder->windows, load({ first, middle, last })->windows);
        QCOMPARE(folder->name, std::string("texts"));
        QCOMPARE(load({ fs::path(m_folder.filePath("texts/b/").toStdString()), last })->name, std::string("b + c.TXT"));
        const Result<Dataset> none = load({ fs::path(m_folder.filePath("none").toStdString()) });
        QVERIFY(!none && none.error().message.find("none: the folder has no text file") != std::string::npos);
    }
    void drawsWindows()
    {
        std::string text;
        for (int i = 0; i < 4'000; ++i)
            text += "number " + std::to_string(i * i) + "\n";
        const fs::path file = write("drawn.txt", text);
        const auto drawn = [&](std::int64_t windows, std::optional<std::uint64_t> seed) {
            return load({ file }, { .window = 64, .maxWindows = windows, .sampleSeed = seed }).value();
        };
        const Dataset all = drawn(0, std::nullopt), few = drawn(16, 7), more = drawn(40, 7), others = drawn(16, 8);
        QCOMPARE(few.windows.size(), std::size_t { 16 });
        QVERIFY(std::equal(
            few.windows.begin(), few.windows.end(), more.windows.begin())); // so that held-out ones are apart
        QVERIFY(few.windows != others.windows && few.hash != others.hash);
        QCOMPARE(drawn(16, 7).hash, few.hash);
        QCOMPARE(few.totalTokens, all.totalTokens);
        QCOMPARE(few.windowsRead, std::int64_t(all.windows.size()));
        // Each is a window of the text, none twice, from all over it: 40 of n numbers have a mean near n / 2.
        std::set<std::ptrdiff_t> places;
        double mean = 0;
        for (const std::vector<TokenId>& window : more.windows) {
            const auto place = std::ranges::find(all.windows, window) - all.windows.begin();
            QVERIFY(place < std::ptrdiff_t(all.windows.size()) && places.insert(place).second);
            mean += double(place) / 40;
        }
        const double n = double(all.windows.size());
        QVERIFY2(std::abs(mean - n / 2) < 3 * n / std::sqrt(12.0 * 40), qPrintable(QString::number(mean)));
        const Dataset shuffled = drawn(0, 7);
        QCOMPARE(shuffled.windows.size(), all.windows.size());
        QVERIFY2(usageText(few).ends_with(fmt::format(", drawn from its {} by the seed 7", all.windows.size())),
            usageText(few).c_str());
        QCOMPARE(toJson(few)["sample_seed"].get<int>(), 7);
        QVERIFY(toJson(all)["sample_seed"].is_null());
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
        QTest::addRow("no text") << "g.jsonl" << QByteArray("{\"head\": \"a\", \"tail\": \"b\"}") << "g.jsonl, line 1";
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
    void saysWhatIsUsed()
    {
        std::string text;
        for (int i = 0; i < 60'000; ++i)
            text += "the number " + std::to_string(i) + "\n";
        const fs::path file = write("long.txt", text);
        const Result<Dataset> few = load({ file }, { .window = 64, .maxWindows = 8 });
        QVERIFY2(few.has_value(), few ? "" : few.error().message.c_str());
        QCOMPARE(few->windows.size(), std::size_t { 8 });
        QCOMPARE(few->usedTokens(), std::int64_t { 512 });
        QVERIFY(!few->wholeText && few->warnings().empty());
        QCOMPARE(few->files.front().bytes, std::int64_t(text.size()));
        QVERIFY2(few->files.front().bytesRead < 300'000, qPrintable(QString::number(few->files.front().bytesRead)));
        const std::vector<TokenId> ids = *m_tokenizer->encode(text, false);
        const Result<Dataset> many = load({ file }, { .window = 64, .maxWindows = 1'000'000 });
        QVERIFY(many->wholeText);
        QCOMPARE(many->windows.size(), ids.size() / 64);
        QCOMPARE(many->totalTokens, std::int64_t(ids.size()));
        for (std::size_t i = 0; i < 8; ++i)
            QCOMPARE(few->windows[i], many->windows[i]);
        QCOMPARE(many->windows.back(),
            std::vector<TokenId>(
                ids.end() - std::int64_t(ids.size() % 64) - 64, ids.end() - std::int64_t(ids.size() % 64)));
        QCOMPARE(many->warnings().size(), std::size_t { 1 });
        QVERIFY2(many->warnings().front().find("1000000 windows were asked for; long.txt holds") == 0,
            many->warnings().front().c_str());
        const Json json = toJson(*many);
        QCOMPARE(json["windows_asked"].get<std::int64_t>(), std::int64_t { 1'000'000 });
        QCOMPARE(json["tokens_left_over"].get<std::int64_t>(), std::int64_t(ids.size() % 64));
        QVERIFY(toJson(*few)["tokens_left_over"].is_null());
    }
    void notesHowItWasRead()
    {
        const Result<Dataset> data
            = load({ write("notes.csv", "id,text\r\n1,\"a few words\"\r\n2,\r\n") }, { .window = 2 });
        QVERIFY2(data.has_value(), data ? "" : data.error().message.c_str());
        QCOMPARE(data->notes.size(), std::size_t { 2 });
        QCOMPARE(data->notes[0], std::string("notes.csv was read as CSV: the field \"text\" (found) of 1 records."));
        QVERIFY(data->notes[1].find("notes.csv: 3 line ends") == 0);
        QCOMPARE(
            data->warnings(), (std::vector<std::string> { "notes.csv: 1 records have no text and were left out." }));
    }
    void stopsWithinABlock()
    {
        std::string text;
        while (text.size() < 20'000'000)
            text += "The house stood on a hill, and the rain fell on it all night long.\n";
        const fs::path file = write("huge.txt", text);
        std::stop_source source;
        int reports = 0;
        const JobContext job(source.get_token(), [&](const Progress& progress) {
            if (++reports == 3)
                source.request_stop();
            QVERIFY(progress.done <= progress.total);
        });
        const Result<Dataset> data = loadDataset(*m_tokenizer, std::vector { file }, { .window = 64 }, job);
        QVERIFY(!data && data.error().code == ErrorCode::Cancelled);
        QVERIFY2(reports <= 4, qPrintable(QString::number(reports)));
    }
    void aTokenAboveTheEmbeddingIsNamed()
    {
        const fs::path file = write("above.txt", "one two three four five one two three four five");
        const auto largest = std::ranges::max(*m_tokenizer->encode("one two three four five", false));
        QVERIFY(load({ file }, { .window = 2, .vocabulary = largest + 1 }).has_value());
        const Result<Dataset> data = load({ file }, { .window = 2, .vocabulary = largest });
        QVERIFY(!data && data.error().code == ErrorCode::BadFile);
        for (const std::string& part : { std::string("tokenizer.json"), std::string("above.txt"),
                 m_tokenizer->piece(largest), std::to_string(largest) })
            QVERIFY2(data.error().message.find(part) != std::string::npos, data.error().message.c_str());
    }
    void findsWhatTwoTextsShare()
    {
        const auto words = [](int from, int to) {
            std::string text;
            for (int i = from; i < to; ++i)
                text += "word " + std::to_string(i * 7919 % 10'007) + " ";
            return text;
        };
        const WindowOptions options { .window = 100 };
        const Dataset first = load({ write("o1.txt", words(0, 2000)) }, options).value();
        const Overlap same = findOverlap(first, first, {}).value();
        QCOMPARE(same.share(), 1.0);
        QCOMPARE(same.sharedWindows, std::int64_t(first.windows.size()));
        QCOMPARE(same.shingles, std::int64_t(first.windows.size()) * 88);
        const Dataset other = load({ write("o2.txt", words(3000, 5000)) }, options).value();
        const Overlap none = findOverlap(first, other, {}).value();
        QCOMPARE(none.sharedShingles, std::int64_t { 0 });
        QVERIFY(!none.isNotable());
        // Half of the text is the first one's, and its windows begin at other places.
        const Dataset half = load({ write("o3.txt", words(1007, 2000) + words(3000, 3993)) }, options).value();
        const Overlap found = findOverlap(first, half, {}).value();
        QCOMPARE(found.sharedWindows, std::int64_t { 0 });
        QVERIFY2(found.share() > 0.35 && found.share() < 0.5, qPrintable(QString::number(found.share())));
        QVERIFY(found.isNotable());
        QVERIFY(overlapWarning(found, half).find("o3.txt overlaps") == 0);
        std::stop_source source;
        source.request_stop();
        QVERIFY(findOverlap(first, half, JobContext(source.get_token())).error().code == ErrorCode::Cancelled);
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
