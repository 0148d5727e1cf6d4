// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QTemporaryDir>
#include <QTest>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/atomic_file.h"
#include "core/text/token_sample.h"

using namespace kerf::core;

namespace {

const char* kBert = R"({"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]})";
const char* kRoberta = R"({"type": "RobertaProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]})";
/// The second text stands first.
const char* kTemplate = R"({"type": "TemplateProcessing",
    "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
               {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
    "pair": [{"Sequence": {"id": "B", "type_id": 1}}, {"SpecialToken": {"id": "[SEP]", "type_id": 1}},
             {"Sequence": {"id": "A", "type_id": 0}}],
    "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
                       "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}})";

/// Words a to e with ids 4 to 8.
Tokenizer tokenizerWith(const QTemporaryDir& folder, const std::string& postProcessor)
{
    const std::string added = R"({"single_word": false, "lstrip": false, "rstrip": false, "normalized": false,
        "special": true, )";
    const std::string text = fmt::format(R"({{"version": "1.0", "added_tokens": [{0}"id": 2, "content": "[CLS]"}},
        {0}"id": 3, "content": "[SEP]"}}], "normalizer": null, "pre_tokenizer": {{"type": "Whitespace"}},
        "post_processor": {1}, "decoder": null, "model": {{"type": "WordLevel", "unk_token": "[UNK]",
        "vocab": {{"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "a": 4, "b": 5, "c": 6, "d": 7, "e": 8}}}}}})",
        added, postProcessor);
    const std::filesystem::path path = folder.filePath("tokenizer.json").toStdString();
    if (!writeFileAtomically(path, text))
        qFatal("cannot write");
    return Tokenizer::load(path).value();
}

struct Case {
    const char *processor, *first, *second;
    int longest;
    const char *ids, *types;
};
/// As the tokenizers library gives them (0.22, truncation longest_first).
constexpr Case kCases[] {
    { "bert", "a b c d e", "", 100, "2 4 5 6 7 8 3", "0 0 0 0 0 0 0" },
    { "bert", "a b c d e", "", 5, "2 4 5 6 3", "0 0 0 0 0" },
    { "bert", "a b", "c d e", 100, "2 4 5 3 6 7 8 3", "0 0 0 0 1 1 1 1" },
    { "bert", "a b c d e a b c", "c d", 8, "2 4 5 6 3 6 7 3", "0 0 0 0 0 1 1 1" },
    { "bert", "a b c d e a b c", "c d e a b c d e", 8, "2 4 5 3 6 7 8 3", "0 0 0 0 1 1 1 1" },
    { "bert", "a b c", "a b c d e a b c d", 9, "2 4 5 6 3 4 5 6 3", "0 0 0 0 0 1 1 1 1" },
    { "bert", "a b c", "c d e", 8, "2 4 5 3 6 7 8 3", "0 0 0 0 1 1 1 1" },
    { "roberta", "a b c d e", "", 100, "2 4 5 6 7 8 3", "0 0 0 0 0 0 0" },
    { "roberta", "a b c d e", "", 5, "2 4 5 6 3", "0 0 0 0 0" },
    { "roberta", "a b", "c d e", 100, "2 4 5 3 3 6 7 8 3", "0 0 0 0 0 0 0 0 0" },
    { "roberta", "a b c d e a b c", "c d", 8, "2 4 5 3 3 6 7 3", "0 0 0 0 0 0 0 0" },
    { "roberta", "a b c d e a b c", "c d e a b c d e", 8, "2 4 5 3 3 6 7 3", "0 0 0 0 0 0 0 0" },
    { "roberta", "a b c", "a b c d e a b c d", 9, "2 4 5 3 3 4 5 6 3", "0 0 0 0 0 0 0 0 0" },
    { "roberta", "a b c", "c d e", 8, "2 4 5 3 3 6 7 3", "0 0 0 0 0 0 0 0" },
    { "template", "a b c d e", "", 100, "2 4 5 6 7 8 3", "0 0 0 0 0 0 0" },
    { "template", "a b c d e", "", 5, "2 4 5 6 3", "0 0 0 0 0" },
    { "template", "a b", "c d e", 100, "6 7 8 3 4 5", "1 1 1 1 0 0" },
    { "template", "a b c d e a b c", "c d", 8, "6 7 3 4 5 6 7 8", "1 1 1 0 0 0 0 0" },
    { "template", "a b c d e a b c", "c d e a b c d e", 8, "6 7 8 4 3 4 5 6", "1 1 1 1 1 0 0 0" },
    { "template", "a b c", "a b c d e a b c d", 9, "4 5 6 7 8 3 4 5 6", "1 1 1 1 1 1 0 0 0" },
    { "template", "a b c", "c d e", 8, "6 7 8 3 4 5 6", "1 1 1 1 0 0 0" },
};

} // namespace

/// Special tokens around one text and around two, beside the tokenizers library.
class TestTokenSample : public QObject {
    Q_OBJECT
private slots:
    void asTheLibrary()
    {
        const QTemporaryDir folder;
        for (const Case& each : kCases) {
            const std::string name = each.processor;
            const Tokenizer tokenizer = tokenizerWith(folder,
                name == "bert"          ? kBert
                    : name == "roberta" ? kRoberta
                                        : kTemplate);
            const auto first = tokenizer.encode(each.first, false).value();
            const auto second = tokenizer.encode(each.second, false).value();
            const auto found = withSpecialTokens(tokenizer, first, second.empty() ? nullptr : &second, each.longest);
            QVERIFY2(found, each.first);
            QCOMPARE(fmt::format("{}", fmt::join(found->ids, " ")), std::string(each.ids));
            QCOMPARE(fmt::format("{}", fmt::join(found->types, " ")), std::string(each.types));
            QCOMPARE(found->ids.at(static_cast<std::size_t>(found->first)), first.front());
            std::int64_t special = 0;
            for (const TokenId id : found->ids)
                special += id < 4 ? 1 : 0;
            const auto kept = static_cast<std::int64_t>(found->ids.size()) - special;
            QCOMPARE(found->lost, static_cast<std::int64_t>(first.size() + second.size()) - kept);
        }
    }

    void whatIsNotSaidOfTwo()
    {
        const QTemporaryDir folder;
        const Tokenizer tokenizer = tokenizerWith(folder, "null");
        const std::vector<TokenId> second { 5 };
        const auto found = withSpecialTokens(tokenizer, { 4 }, &second, 10);
        QVERIFY(!found && found.error().message.find("says nothing of two texts") != std::string::npos);
        QCOMPARE(withSpecialTokens(tokenizer, { 4, 5, 6 }, nullptr, 2)->ids, std::vector<TokenId>({ 4, 5 }));
        const auto narrow = withSpecialTokens(tokenizerWith(folder, kBert), { 4 }, nullptr, 2);
        QVERIFY(!narrow && narrow.error().code == ErrorCode::InvalidArgument);
    }
};

QTEST_APPLESS_MAIN(TestTokenSample)
#include "tst_token_sample.moc"
