// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/json.h"
#include "core/base/random.h"
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

std::string repeated(const std::string& unit, std::size_t bytes)
{
    std::string text;
    while (text.size() < bytes)
        text += unit;
    return text;
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

    /// A row for every folder of tokenizers with cases: new ones need no code.
    static void addFolders()
    {
        QTest::addColumn<QString>("tokenizer");
        KERF_REQUIRE_SHARED_DATA(shared);
        for (const std::string& name : kerf::test::tokenizerFolders(shared))
            QTest::addRow("%s", name.c_str()) << QString::fromStdString(name);
    }

private slots:
    void matchesTheReference_data() { addFolders(); }
    void matchesTheReference()
    {
        KERF_REQUIRE_SHARED_DATA(shared);
        const fs::path folder = shared / "conformance" / "tokenizers" / QTest::currentDataTag();
        const Result<Tokenizer> tokenizer = Tokenizer::open(folder);
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
        QVERIFY(cases > 0);
        QCOMPARE(equal, cases);
    }
    void malformedFilesGetTheirVerdict()
    {
        KERF_REQUIRE_SHARED_DATA(shared);
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
            if (verdict != "either")
                QVERIFY2(tokenizer.has_value() == (verdict == "accept"), fmt::format("{}: {}", file, message).c_str());
            if (!tokenizer) {
                QVERIFY2(message.find(file) != std::string::npos, message.c_str());
                continue;
            }
            const double seconds = secondsOf([&] { (void)tokenizer->encode(std::string(5000, 'a') + "b", true); });
            QVERIFY2(seconds < 1.0, qPrintable(QString("%1: %2 s").arg(file.c_str()).arg(seconds)));
        }
        QCOMPARE(rows, 55);
    }
    void isLinearInTheLength_data()
    {
        QTest::addColumn<QString>("tokenizer");
        QTest::addColumn<QString>("unit");
        KERF_REQUIRE_SHARED_DATA(shared);
        for (const std::string& tokenizer : kerf::test::tokenizerFolders(shared)) {
            for (const char* unit : { "a", "the quick brown fox ", " ", "\n ", "ab", "<", "e\u0301", "\U0001f680" })
                QTest::addRow("%s, %s", tokenizer.c_str(), unit) << QString::fromStdString(tokenizer) << unit;
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
            const std::string text = repeated(unit.toStdString(), static_cast<std::size_t>(bytes));
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
    /// Words long enough to be cut where no merge reaches across, against joining the earliest pair again and again.
    void longWordsAreCutWhereNoMergeReaches()
    {
        const std::vector<std::string> merges { "a b", "b c", "ab c", "d d", "c d", "abc d", "e a" };
        std::map<std::string, TokenId> vocabulary;
        for (const char* piece : { "a", "b", "c", "d", "e", "f", "ab", "bc", "abc", "dd", "cd", "abcd", "ea" })
            vocabulary.emplace(piece, static_cast<TokenId>(vocabulary.size()));
        const QTemporaryDir folder;
        const Tokenizer tokenizer = loadJson(folder,
            Json { { "model",
                { { "type", "BPE" }, { "ignore_merges", true }, { "vocab", vocabulary }, { "merges", merges } } } })
                                        .value();
        CounterRng random(3);
        for (int i = 0; i < 60; ++i) {
            std::vector<std::string> parts;
            std::string word;
            for (int letter = 0; letter < 600; ++letter) {
                parts.emplace_back(1, static_cast<char>('a' + random.below(6)));
                word += parts.back();
            }
            for (bool joined = true; std::exchange(joined, false);)
                for (const std::string& merge : merges) {
                    const std::string left = merge.substr(0, merge.find(' ')), right = merge.substr(left.size() + 1);
                    const auto at = std::adjacent_find(parts.begin(), parts.end(),
                        [&](const std::string& a, const std::string& b) { return a == left && b == right; });
                    if (at == parts.end())
                        continue;
                    *at += right;
                    parts.erase(at + 1);
                    joined = true;
                    break;
                }
            std::vector<TokenId> wanted;
            for (const std::string& part : parts)
                wanted.push_back(vocabulary.at(part));
            QCOMPARE(tokenizer.encode(word, false).value(), wanted);
        }
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
        row("accents dropped",
            R"({"normalizer": {"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "StripAccents"}]}})",
            "\xc3\xa1\x62", "[2]");
        row("BERT's normalizer", R"({"normalizer": {"type": "BertNormalizer"}})", "\xc3\x81\x01\x42\t\x61", "[2,4,0]");
        row("BERT's normalizer keeps accents with case",
            R"({"normalizer": {"type": "BertNormalizer", "lowercase": false}})", "\xc3\xa1\x62", "[1]");
        row("lower case", R"({"normalizer": {"type": "Lowercase"}})", "ABA", "[3]");
        row("signs apart", R"({"pre_tokenizer": {"type": "Punctuation"}})", "_a", "[6,0]");
        row("white space dropped", R"({"pre_tokenizer": {"type": "WhitespaceSplit"}})", "ab a\n_a", "[2,0,7]");
        row("words and signs", R"({"pre_tokenizer": {"type": "Whitespace"}})", "ab-a _a", "[2,0,7]");
        row("at a character", R"({"pre_tokenizer": {"type": "CharDelimiterSplit", "delimiter": "u"}})", "abuab",
            "[2,2]");
        row("by script", R"({"pre_tokenizer": {"type": "UnicodeScripts"}})", " ab\xce\xb1\x61 b", "[2,0,4,1]");
        row("two characters each", R"({"pre_tokenizer": {"type": "FixedLength", "length": 2}})", "abab", "[2,2]");
        row("words", R"({"model": {"type": "WordLevel", "vocab": {"ab": 0, "?": 1}, "unk_token": "?"},
            "pre_tokenizer": {"type": "WhitespaceSplit"}})",
            "ab ba", "[0,1]");
        row("longest pieces", R"({"model": {"type": "WordPiece", "vocab": {"[UNK]": 0, "ab": 1, "a": 2, "##ba": 3,
            "##b": 4}}, "pre_tokenizer": {"type": "WhitespaceSplit"}})",
            "abba abab ab", "[1,3,0,1]");
        row("a word too long", R"({"model": {"type": "WordPiece", "vocab": {"[UNK]": 0, "a": 1, "##a": 2},
            "max_input_chars_per_word": 2}, "pre_tokenizer": {"type": "WhitespaceSplit"}})",
            "aa aaa", "[1,2,0]");
        // a+b scores -2, ab -3; b+aa -4, ba+a -5; x and y are unknown as one.
        row("best pieces", R"({"model": {"type": "Unigram", "unk_id": 0, "vocab": [["?", 0], ["a", -1], ["b", -1],
            ["ab", -3], ["aa", -3], ["ba", -4]]}})",
            "abxyaa", "[1,2,0,1,1]");
        row("bytes of what is unknown", R"({"model": {"type": "Unigram", "unk_id": 0, "byte_fallback": true,
            "vocab": [["?", 0], ["a", -1], ["<0xC3>", 0], ["<0xA1>", 0]]}})",
            "a\xc3\xa1"
            "a\xc3\xa9",
            "[1,2,3,1,0]");
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
    void takesTheTokensOfTheFilesBesideIt_data()
    {
        QTest::addColumn<QByteArray>("changes"); // to the small tokenizer
        QTest::addColumn<QByteArray>("files"); // beside it
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("ids");
        QTest::addColumn<QByteArray>("notes"); // one a line
        const auto row = [](const char* name, const char* changes, const char* files, const char* text, const char* ids,
                             const char* notes) {
            QTest::addRow("%s", name) << QByteArray(changes) << QByteArray(files) << QByteArray(text) << QByteArray(ids)
                                      << QByteArray(notes);
        };
        // The small tokenizer has the ids 0 to 7, so the first new one is 8.
        row("added_tokens_decoder", "{}",
            R"({"tokenizer_config.json": {"added_tokens_decoder": {"9": {"content": "bb"}, "8": {"content": "<s>"}}}})",
            "a<s>bb", "[0,8,9]",
            R"(tokenizer_config.json adds or changes 2 of the tokens of tokenizer.json, as transformers does: "<s>" (8), "bb" (9).)");
        row("an id of its own", "{}",
            R"({"tokenizer_config.json": {"added_tokens_decoder": {"20": {"content": "bb"}}}})", "abb", "[0,8]",
            "tokenizer_config.json gives \"bb\" the id 20, but it has 8, as transformers numbers it.\n"
            R"(tokenizer_config.json adds or changes 1 of the tokens of tokenizer.json, as transformers does: "bb" (8).)");
        row("a piece of the vocabulary", "{}", R"({"tokenizer_config.json": {"eos_token": "b"}})", "ab", "[0,1]",
            R"(tokenizer_config.json adds or changes 1 of the tokens of tokenizer.json, as transformers does: "b" (1).)");
        row("known already", R"({"added_tokens": [{"id": 8, "content": "<s>", "special": true}]})",
            R"({"tokenizer_config.json": {"bos_token": "<s>", "eos_token": {"content": "<s>"}}})", "a<s>", "[0,8]", "");
        row("other settings", R"({"added_tokens": [{"id": 8, "content": "<s>", "special": true}]})",
            R"({"tokenizer_config.json": {"added_tokens_decoder": {"8": {"content": "<s>", "special": true, "lstrip": true}}}})",
            "a <s>", "[0,8]",
            R"(tokenizer_config.json adds or changes 1 of the tokens of tokenizer.json, as transformers does: "<s>" (8).)");
        row("added_tokens.json", "{}", R"({"added_tokens.json": {"bb": 9, "<s>": 8}})", "a<s>bb", "[0,8,9]",
            R"(added_tokens.json adds or changes 2 of the tokens of tokenizer.json, as transformers does: "<s>" (8), "bb" (9).)");
        row("added_tokens.json beside added_tokens_decoder", "{}",
            R"({"added_tokens.json": {"bb": 9}, "tokenizer_config.json": {"added_tokens_decoder": {}}})", "abb",
            "[2,1]", "");
        row("special_tokens_map.json", "{}",
            R"({"special_tokens_map.json": {"pad_token": {"content": "bb", "rstrip": true}, "additional_special_tokens": ["uu"]}})",
            "abb uu", "[0,8,9]",
            R"(special_tokens_map.json adds or changes 2 of the tokens of tokenizer.json, as transformers does: "bb" (8), "uu" (9).)");
        row("broken", "{}", R"({"tokenizer_config.json": 7})", "ab", "[2]",
            "tokenizer_config.json: is not a JSON object; tokens that it may add are not known.");
        row("no content", "{}",
            R"({"tokenizer_config.json": {"added_tokens_decoder": {"8": {}, "x": {"content": "u"}}}})", "ab", "[2]",
            "tokenizer_config.json: added_tokens_decoder has the key \"x\", which is not an id; it is ignored.\n"
            "tokenizer_config.json: the added token 8 has no \"content\"; it is ignored.");
        row("add_bos_token", "{}",
            R"({"tokenizer_config.json": {"tokenizer_class": "LlamaTokenizerFast", "add_bos_token": true}})", "ab",
            "[2]",
            "tokenizer_config.json says add_bos_token true, but tokenizer.json puts no token before a text; Kerf does "
            "as "
            "tokenizer.json says, and only where special tokens are asked for.");
        row("twice alike", R"({"added_tokens": [{"id": 8, "content": "bb"}, {"id": 8, "content": "bb"}]})", "{}", "abb",
            "[0,8]", "");
    }
    void takesTheTokensOfTheFilesBesideIt()
    {
        QFETCH(QByteArray, changes);
        QFETCH(QByteArray, files);
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, ids);
        QFETCH(QByteArray, notes);
        const QTemporaryDir folder;
        QVERIFY(loadJson(folder, smallTokenizer(Json::parse(changes.toStdString()))).has_value());
        const Json companions = Json::parse(files.toStdString());
        for (const auto& [name, content] : companions.items())
            std::ofstream(folder.filePath(QString::fromStdString(name)).toStdString()) << content.dump();
        const Result<Tokenizer> tokenizer = Tokenizer::open(folder.path().toStdString());
        QVERIFY2(tokenizer.has_value(), tokenizer ? "" : tokenizer.error().message.c_str());
        QCOMPARE(QByteArray::fromStdString(Json(*tokenizer->encode(text.toStdString(), false)).dump()), ids);
        QByteArrayList found;
        for (const std::string& note : tokenizer->notes())
            found << QByteArray::fromStdString(note).replace((folder.path() + '/').toUtf8(), "");
        QCOMPARE(found.join('\n'), notes);
    }
    void tokensThatOnlyTheConfigurationHas()
    {
        const QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        fs::copy_file(kerf::test::sample() / "model" / "tokenizer.json", path / "tokenizer.json");
        std::ofstream(path / "tokenizer_config.json")
            << R"({"bos_token": "<|begin_of_text|>", "eos_token": "<|end_of_text|>", "added_tokens_decoder": {
                "0": {"content": "<|begin_of_text|>", "special": true, "normalized": false},
                "1": {"content": "<|end_of_text|>", "special": true, "normalized": false},
                "4096": {"content": "<|im_start|>", "special": true, "normalized": false},
                "4097": {"content": "<|im_end|>", "special": true, "normalized": false}}})";
        const Result<Tokenizer> tokenizer = Tokenizer::open(path);
        QVERIFY2(tokenizer.has_value(), tokenizer ? "" : tokenizer.error().message.c_str());
        // The ids of transformers 4.48.
        QCOMPARE(*tokenizer->encode("<|im_start|>user\nHello there<|im_end|>\n", false),
            (std::vector<TokenId> { 4096, 459, 270, 200, 41, 489, 80, 473, 4097, 200 }));
        QCOMPARE(tokenizer->vocabularySize(), std::int64_t { 4098 });
        QCOMPARE(tokenizer->notes().size(), std::size_t { 1 });
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
        QTest::addRow("normalizer") << QByteArray(R"({"normalizer": {"type": "Sort"}})") << "normalizer \"Sort\"";
        QTest::addRow("pre-tokenizer") << QByteArray(R"({"pre_tokenizer": {"type": "Syllables"}})")
                                       << "pre-tokenizer \"Syllables\"";
        QTest::addRow("decoder") << QByteArray(R"({"decoder": {"type": "Sort"}})") << "decoder \"Sort\"";
        QTest::addRow("post-processor") << QByteArray(R"({"post_processor": {"type": "Sort"}})")
                                        << "post-processor \"Sort\"";
        QTest::addRow("model") << QByteArray(R"({"model": {"type": "Morfessor"}})") << "model \"Morfessor\"";
        QTest::addRow("dropout") << QByteArray(
            R"({"model": {"type": "BPE", "dropout": 0.1, "vocab": {}, "merges": []}})")
                                 << "dropout";
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
