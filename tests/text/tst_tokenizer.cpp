// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <string>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/json.h"
#include "core/text/tokenizer.h"
#include "tests/support/test_data.h"

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

/// Processor time, which a busy machine does not change.
double secondsOf(const std::function<void()>& work)
{
    const std::clock_t start = std::clock();
    work();
    return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

/// A BPE tokenizer of a few pieces; `changes` replaces top-level members.
Json smallTokenizer(const Json& changes)
{
    Json file = Json::parse("{\"version\": \"1.0\", \"added_tokens\": [], \"normalizer\": null, \"pre_tokenizer\": "
                            "null, \"post_processor\": null, \"decoder\": null, \"model\": {\"type\": \"BPE\", "
                            "\"vocab\": {\"a\": 0, \"b\": 1, \"ab\": 2, \"aba\": 3, \" \": 4, \"u\": 5, \"_\": 6, "
                            "\"_a\": 7}, \"merges\": [\"a b\", [\"ab\", \"a\"], \"_ a\"]}}");
    file.update(changes);
    return file;
}

Result<Tokenizer> loadJson(const QTemporaryDir& folder, const Json& json)
{
    const std::string path = folder.filePath("tokenizer.json").toStdString();
    std::ofstream(path) << json.dump();
    return Tokenizer::load(path);
}

} // namespace

class TestTokenizer : public QObject {
    Q_OBJECT
private slots:
    void matchesTheReference_data()
    {
        QTest::addColumn<int>("expected");
        QTest::addRow("gpt2") << 336;
        QTest::addRow("llama3") << 358;
        QTest::addRow("qwen2") << 359;
        QTest::addRow("llama2") << 356;
        QTest::addRow("mistral-v3") << 359;
        QTest::addRow("gemma") << 356;
    }
    void matchesTheReference()
    {
        KERF_REQUIRE_SHARED_DATA(shared);
        QFETCH(int, expected);
        const fs::path folder = shared / "conformance" / "tokenizers" / QTest::currentDataTag();
        const Result<Tokenizer> tokenizer = Tokenizer::load(folder / "tokenizer.json");
        QVERIFY2(tokenizer.has_value(), tokenizer ? "" : tokenizer.error().message.c_str());
        std::ifstream stream(folder / "cases.jsonl");
        int cases = 0;
        int equal = 0;
        for (std::string line; std::getline(stream, line); ++cases) {
            const Json item = Json::parse(line);
            const Result<std::vector<TokenId>> ids
                = tokenizer->encode(item["text"].get<std::string>(), item["add_special_tokens"].get<bool>());
            QVERIFY2(ids.has_value(), ids ? "" : ids.error().message.c_str());
            const auto wanted = item["ids"].get<std::vector<TokenId>>();
            const auto decoded = item["decoded"].get<std::string>();
            const std::string skipped = item.value("decoded_skip_special", decoded);
            const bool same
                = *ids == wanted && tokenizer->decode(wanted) == decoded && tokenizer->decode(wanted, true) == skipped;
            equal += same;
            if (!same)
                qWarning("case %d: %s\n got %s (%d)\n decoded %s\n skipped %s", cases, line.substr(0, 600).c_str(),
                    Json(*ids).dump().substr(0, 300).c_str(), *ids == wanted,
                    tokenizer->decode(wanted).substr(0, 200).c_str(),
                    tokenizer->decode(wanted, true).substr(0, 200).c_str());
        }
        qInfo("%s: %d of %d cases equal", QTest::currentDataTag(), equal, cases);
        QCOMPARE(cases, expected);
        QCOMPARE(equal, cases);
    }
    void malformedFilesGetTheirVerdict()
    {
        KERF_REQUIRE_SHARED_DATA(shared);
        // Valid files of a kind that is not supported are refused, with the kind named.
        const std::map<std::string, std::string> outOfScope { { "tokenizer/ok-unigram.json", "\"Unigram\"" } };
        std::ifstream manifest(shared / "malformed" / "manifest.tsv");
        int rows = 0;
        for (std::string line; std::getline(manifest, line);) {
            std::istringstream fields(line);
            std::string file, kind, problem, verdict;
            std::getline(fields, file, '\t');
            std::getline(fields, kind, '\t');
            std::getline(fields, problem, '\t');
            std::getline(fields, verdict, '\t');
            if (kind != "tokenizer")
                continue;
            ++rows;
            const Result<Tokenizer> tokenizer = Tokenizer::load(shared / "malformed" / file);
            const std::string message = tokenizer ? "accepted" : tokenizer.error().message;
            qInfo("%s (%s): %s", file.c_str(), verdict.c_str(), message.substr(message.find(file) + 1).c_str());
            if (const auto known = outOfScope.find(file); known != outOfScope.end())
                QVERIFY2(!tokenizer && message.find(known->second) != std::string::npos, message.c_str());
            else if (verdict != "either")
                QVERIFY2(tokenizer.has_value() == (verdict == "accept"), (file + ": " + message).c_str());
            if (!tokenizer) {
                QVERIFY2(message.find(file) != std::string::npos, message.c_str());
                continue;
            }
            const double seconds = secondsOf([&] { (void)tokenizer->encode(std::string(5000, 'a') + "b", true); });
            QVERIFY2(seconds < 1.0, qPrintable(QString("%1: %2 s").arg(file.c_str()).arg(seconds)));
        }
        qInfo("%d rows of the manifest, %zu of them valid files of a kind out of scope", rows, outOfScope.size());
        QCOMPARE(rows, 55);
    }
    void isLinearInTheLength_data()
    {
        QTest::addColumn<QString>("tokenizer");
        QTest::addColumn<QString>("unit");
        for (const char* tokenizer : { "gpt2", "llama3", "qwen2", "llama2", "mistral-v3", "gemma" }) {
            for (const char* unit : { "a", "the quick brown fox ", " ", "\n ", "ab", "<", "e\u0301" })
                QTest::addRow("%s, %s", tokenizer, unit) << tokenizer << unit;
        }
    }
    void isLinearInTheLength()
    {
        KERF_REQUIRE_SHARED_DATA(shared);
        QFETCH(QString, tokenizer);
        QFETCH(QString, unit);
        const fs::path folder = shared / "conformance" / "tokenizers" / tokenizer.toStdString();
        const Result<Tokenizer> loaded = Tokenizer::load(folder / "tokenizer.json");
        QVERIFY(loaded.has_value());
        const auto best = [&](int bytes) {
            const std::string text = unit.repeated(bytes / static_cast<int>(unit.size())).toStdString();
            double least = 1e9;
            for (int i = 0; i < 3; ++i)
                least = std::min(least, secondsOf([&] { (void)loaded->encode(text, false); }));
            return least;
        };
        // A quadratic step makes 16 times the text take 256 times as long; n log n stays far below.
        const double small = best(10'000);
        const double large = best(160'000);
        QVERIFY2(large < 64 * small + 0.02, qPrintable(QString("%1 s, then %2 s").arg(small).arg(large)));
    }
    void mergesByRankThenFromTheLeft()
    {
        const QTemporaryDir folder;
        const Result<Tokenizer> tokenizer = loadJson(folder, smallTokenizer(Json::object()));
        QVERIFY2(tokenizer.has_value(), tokenizer ? "" : tokenizer.error().message.c_str());
        // a|ab|ab|a after the first merge; the second one joins the last two.
        QCOMPARE(*tokenizer->encode("aababa", false), (std::vector<TokenId> { 0, 2, 3 }));
        QCOMPARE(*tokenizer->encode("_ab", false), (std::vector<TokenId> { 6, 2 }));
    }
    void partsThatTheReferenceFilesDoNotHave_data()
    {
        QTest::addColumn<QByteArray>("changes");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("ids");
        // The small tokenizer: a 0, b 1, ab 2, aba 3, space 4, u 5, _ 6, _a 7; characters without a piece are dropped.
        const auto row = [](const char* name, const char* changes, const char* text, const char* ids) {
            QTest::addRow("%s", name) << QByteArray(changes) << QByteArray(text) << QByteArray(ids);
        };
        row("none", "{}", "ab aba", "[2,4,3]");
        row("metaspace always, split", "{\"pre_tokenizer\": {\"type\": \"Metaspace\", \"replacement\": \"_\"}}", "ab a",
            "[6,2,7]");
        row("metaspace never",
            "{\"pre_tokenizer\": {\"type\": \"Metaspace\", \"replacement\": \"_\", \"prepend_scheme\": \"never\"}}",
            "a a", "[0,7]");
        row("metaspace of old files",
            "{\"pre_tokenizer\": {\"type\": \"Metaspace\", \"replacement\": \"_\", \"add_prefix_space\": false}}",
            "a a", "[0,7]");
        row("split removed",
            "{\"pre_tokenizer\": {\"type\": \"Split\", \"pattern\": {\"String\": \"u\"}, \"behavior\": \"Removed\"}}",
            "abuaba", "[2,3]");
        row("split isolated",
            "{\"pre_tokenizer\": {\"type\": \"Split\", \"pattern\": {\"String\": \"a\"}, \"behavior\": \"Isolated\"}}",
            "aba", "[0,1,0]");
        row("split merged with next",
            "{\"pre_tokenizer\": {\"type\": \"Split\", \"pattern\": {\"String\": \"a\"}, \"behavior\": "
            "\"MergedWithNext\"}}",
            "aba", "[2,0]");
        row("split merged with previous",
            "{\"pre_tokenizer\": {\"type\": \"Split\", \"pattern\": {\"String\": \"b\"}, \"behavior\": "
            "\"MergedWithPrevious\"}}",
            "abaab", "[2,0,2]");
        row("split contiguous",
            "{\"pre_tokenizer\": {\"type\": \"Split\", \"pattern\": {\"Regex\": \"[ab]\"}, \"behavior\": "
            "\"Contiguous\"}}",
            "abauab", "[3,5,2]");
        row("split inverted",
            "{\"pre_tokenizer\": {\"type\": \"Split\", \"pattern\": {\"Regex\": \"a+\"}, \"behavior\": \"Removed\", "
            "\"invert\": true}}",
            "abab", "[0,0]");
        row("strip and replace",
            "{\"normalizer\": {\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"Strip\"}, {\"type\": "
            "\"Replace\", "
            "\"pattern\": {\"Regex\": \"x+\"}, \"content\": \"b\"}]}}",
            "  axxa\n", "[3]");
        row("compatibility form", "{\"normalizer\": {\"type\": \"NFKC\"}}", "\xef\xbd\x81\xef\xbd\x82", "[2]");
        row("digits apart", "{\"pre_tokenizer\": {\"type\": \"Digits\", \"individual_digits\": true}}", "a1b", "[0,1]");
    }
    void partsThatTheReferenceFilesDoNotHave()
    {
        QFETCH(QByteArray, changes);
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, ids);
        const QTemporaryDir folder;
        const Result<Tokenizer> tokenizer = loadJson(folder, smallTokenizer(Json::parse(changes.toStdString())));
        QVERIFY2(tokenizer.has_value(), tokenizer ? "" : tokenizer.error().message.c_str());
        const Result<std::vector<TokenId>> got = tokenizer->encode(text.toStdString(), false);
        QVERIFY2(got.has_value(), got ? "" : got.error().message.c_str());
        QCOMPARE(QByteArray::fromStdString(Json(*got).dump()), ids);
    }
    void refusesTextThatIsNotUtf8()
    {
        const QTemporaryDir folder;
        const Result<Tokenizer> tokenizer = loadJson(folder, smallTokenizer(Json::object()));
        for (const char* bad : { "a\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "ab\xe2\x82" }) {
            const Result<std::vector<TokenId>> ids = tokenizer->encode(bad, false);
            QVERIFY(!ids.has_value());
            QVERIFY(ids.error().message.find("not UTF-8") != std::string::npos);
        }
    }
    void namesWhatIsNotSupported_data()
    {
        QTest::addColumn<QByteArray>("changes");
        QTest::addColumn<QString>("named");
        QTest::addRow("normalizer") << QByteArray("{\"normalizer\": {\"type\": \"BertNormalizer\"}}")
                                    << "normalizer \"BertNormalizer\"";
        QTest::addRow("pre-tokenizer") << QByteArray("{\"pre_tokenizer\": {\"type\": \"Whitespace\"}}")
                                       << "pre-tokenizer \"Whitespace\"";
        QTest::addRow("decoder") << QByteArray("{\"decoder\": {\"type\": \"CTC\"}}") << "decoder \"CTC\"";
        QTest::addRow("post-processor") << QByteArray("{\"post_processor\": {\"type\": \"BertProcessing\"}}")
                                        << "post-processor \"BertProcessing\"";
        QTest::addRow("model") << QByteArray("{\"model\": {\"type\": \"WordPiece\"}}") << "model \"WordPiece\"";
    }
    void namesWhatIsNotSupported()
    {
        QFETCH(QByteArray, changes);
        QFETCH(QString, named);
        const QTemporaryDir folder;
        const Result<Tokenizer> tokenizer = loadJson(folder, smallTokenizer(Json::parse(changes.toStdString())));
        QVERIFY(!tokenizer.has_value());
        QVERIFY2(QString::fromStdString(tokenizer.error().message).contains(named), tokenizer.error().message.c_str());
        QVERIFY(tokenizer.error().code == ErrorCode::BadFile);
    }
};

QTEST_GUILESS_MAIN(TestTokenizer)
#include "tst_tokenizer.moc"
