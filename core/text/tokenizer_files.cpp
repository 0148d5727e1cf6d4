// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/tokenizer_files.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/unicode.h"
#include "core/text/gguf_tokenizer.h"
#include "core/text/sentencepiece_model.h"
#include "core/text/tiktoken_file.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFile = 256u * 1024 * 1024;

bool isThere(const fs::path& path)
{
    std::error_code ignored;
    return fs::exists(path, ignored);
}

/// The settings beside the vocabulary; an empty object where there are none that can be read (companion_tokens.h says
/// so).
Json settingsOf(const fs::path& folder)
{
    const fs::path path = folder / "tokenizer_config.json";
    const auto text = isThere(path) ? readTextFile(path, kMaxFile) : Result<std::string>("{}");
    auto json = text ? parseJson(*text, path.string()) : Result<Json>(Json::object());
    return json && json->is_object() ? std::move(*json) : Json::object();
}

std::string textOf(const Json& settings, const char* key)
{
    const auto found = settings.find(key);
    return found != settings.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<bool> flagOf(const Json& settings, const char* key)
{
    const auto found = settings.find(key);
    return found != settings.end() && found->is_boolean() ? std::optional(found->get<bool>()) : std::nullopt;
}

std::string contentOf(const Json& settings, const char* key, const char* usual)
{
    const auto found = settings.find(key);
    const std::string text
        = found != settings.end() && found->is_object() ? textOf(*found, "content") : textOf(settings, key);
    return text.empty() ? usual : text;
}

/// The lines of a text, without those of spaces and carriage returns at their ends.
std::vector<std::string> linesOf(std::string_view text)
{
    std::vector<std::string> lines;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string_view line = text.substr(begin, end - begin);
        lines.emplace_back(line.substr(0, line.size() - trailingSpace(line)));
        begin = end + 1;
    }
    return lines;
}

/// The text of a file of UTF-8.
Result<std::string> readLinesFile(const fs::path& path)
{
    KERF_TRY(std::string text, readTextFile(path, kMaxFile));
    if (const auto bad = findInvalidUtf8(text))
        return fail(ErrorCode::BadFile, fmt::format("{}: is not UTF-8: byte {} is not valid", path.string(), *bad));
    return text;
}

Json addedTokens(const Json& vocabulary, const std::vector<std::string>& names)
{
    Json added = Json::array();
    for (const std::string& name : names)
        if (const auto id = vocabulary.find(name); id != vocabulary.end())
            added.push_back({ { "id", *id }, { "content", name }, { "special", true }, { "normalized", false } });
    return added;
}

/// BertProcessing and its like, where the vocabulary has both tokens.
Json wrapped(const Json& vocabulary, const char* type, const std::string& begin, const std::string& end)
{
    const auto first = vocabulary.find(begin), last = vocabulary.find(end);
    if (first == vocabulary.end() || last == vocabulary.end())
        return nullptr;
    return { { "type", type }, { "cls", { begin, *first } }, { "sep", { end, *last } } };
}

/// vocab.txt: a piece a line, as transformers' BertConverter reads it.
Result<Json> wordPieceJson(const fs::path& path, const Json& settings)
{
    KERF_TRY(const std::string text, readLinesFile(path));
    Json vocabulary = Json::object();
    std::size_t id = 0;
    for (const std::string& piece : linesOf(text))
        vocabulary[piece] = id++; // of two lines alike the later one counts
    const std::string unknown = contentOf(settings, "unk_token", "[UNK]");
    const std::string begin = contentOf(settings, "cls_token", "[CLS]"),
                      end = contentOf(settings, "sep_token", "[SEP]");
    Json normalizer { { "type", "BertNormalizer" }, { "clean_text", true },
        { "handle_chinese_chars", flagOf(settings, "tokenize_chinese_chars").value_or(true) },
        { "lowercase", flagOf(settings, "do_lower_case").value_or(true) } };
    if (const auto strip = flagOf(settings, "strip_accents"))
        normalizer["strip_accents"] = *strip;
    return Json { { "version", "1.0" },
        { "added_tokens",
            addedTokens(vocabulary,
                { contentOf(settings, "pad_token", "[PAD]"), unknown, begin, end,
                    contentOf(settings, "mask_token", "[MASK]") }) },
        { "normalizer", normalizer }, { "pre_tokenizer", { { "type", "BertPreTokenizer" } } },
        { "post_processor", wrapped(vocabulary, "BertProcessing", begin, end) },
        { "decoder", { { "type", "WordPiece" }, { "prefix", "##" }, { "cleanup", true } } },
        { "model",
            { { "type", "WordPiece" }, { "unk_token", unknown }, { "continuing_subword_prefix", "##" },
                { "max_input_chars_per_word", 100U }, { "vocab", std::move(vocabulary) } } } };
}

/// vocab.json and merges.txt, as transformers' GPT2Converter and RobertaConverter read them.
Result<Json> bytePairJson(const fs::path& folder, const Json& settings)
{
    const fs::path path = folder / "vocab.json";
    KERF_TRY(const std::string text, readTextFile(path, kMaxFile));
    KERF_TRY(Json vocabulary, parseJson(text, path.string()));
    if (!vocabulary.is_object())
        return fail(ErrorCode::BadFile, fmt::format("{}: is not an object of pieces and ids", path.string()));
    KERF_TRY(const std::string list, readLinesFile(folder / "merges.txt"));
    Json merges = Json::array();
    for (const std::string& line : linesOf(list))
        if (!line.empty() && !line.starts_with("#version"))
            merges.push_back(line);
    const bool isRoberta = textOf(settings, "tokenizer_class").starts_with("Roberta") || vocabulary.contains("<s>");
    const std::string mark = isRoberta ? "</s>" : "<|endoftext|>";
    Json added = isRoberta ? addedTokens(vocabulary, { "<s>", "</s>", "<unk>", "<pad>", "<mask>" })
                           : addedTokens(vocabulary, { mark });
    for (Json& token : added)
        token["lstrip"] = token["content"] == "<mask>"; // which RoBERTa takes with the space before it
    return Json { { "version", "1.0" }, { "added_tokens", added },
        { "pre_tokenizer",
            { { "type", "ByteLevel" }, { "add_prefix_space", flagOf(settings, "add_prefix_space").value_or(false) } } },
        { "post_processor", isRoberta ? wrapped(vocabulary, "RobertaProcessing", "<s>", "</s>") : Json() },
        { "decoder", { { "type", "ByteLevel" } } },
        { "model", { { "type", "BPE" }, { "vocab", std::move(vocabulary) }, { "merges", std::move(merges) } } } };
}

/// SentencePiece's, with what transformers' classes put before and behind a text.
Result<GgufTokenizer> sentencePieceTokenizer(std::string_view bytes, const fs::path& path, const Json& settings)
{
    KERF_TRY(Json metadata, sentencePieceMetadata(bytes, path.string()));
    const std::string type = textOf(settings, "tokenizer_class");
    const bool isT5 = type.starts_with("T5") || type.starts_with("MT5");
    const auto has = [&](const char* key) { return metadata.contains(key); };
    metadata["tokenizer.ggml.add_bos_token"]
        = has("tokenizer.ggml.bos_token_id") && flagOf(settings, "add_bos_token").value_or(!isT5);
    metadata["tokenizer.ggml.add_eos_token"]
        = has("tokenizer.ggml.eos_token_id") && flagOf(settings, "add_eos_token").value_or(isT5);
    return ggufTokenizer(metadata, path.string());
}

/// tokenizer.model is SentencePiece's or, as Llama 3's authors publish it, tiktoken's.
Result<TokenizerFiles> modelFile(const fs::path& path, const Json& settings)
{
    KERF_TRY(const std::string bytes, readTextFile(path, kMaxFile));
    if (path.filename() != "tokenizer.model" || isTiktoken(bytes)) {
        KERF_TRY(TiktokenFile read, readTiktoken(bytes, path.string(), settings));
        return TokenizerFiles { std::move(read.json), path.string(), std::move(read.notes) };
    }
    KERF_TRY(GgufTokenizer read, sentencePieceTokenizer(bytes, path, settings));
    return TokenizerFiles { std::move(read.json), path.string(), std::move(read.notes) };
}

/// tokenizer.model, tiktoken.model (Kimi) or the first NAME.tiktoken (Qwen) of a folder; empty where there is none.
fs::path modelFileOf(const fs::path& folder)
{
    for (const char* name : { "tokenizer.model", "tiktoken.model" })
        if (isThere(folder / name))
            return folder / name;
    std::error_code error;
    fs::path first;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        if (entry->path().extension() == ".tiktoken" && (first.empty() || entry->path() < first))
            first = entry->path();
    return first;
}

bool hasBytePairs(const fs::path& folder)
{
    return isThere(folder / "vocab.json") && isThere(folder / "merges.txt");
}

} // namespace

bool hasTokenizerFiles(const fs::path& folder)
{
    return isThere(folder / "tokenizer.json") || !modelFileOf(folder).empty() || hasBytePairs(folder)
        || isThere(folder / "vocab.txt");
}

Result<TokenizerFiles> readTokenizerFiles(const fs::path& folder)
{
    const fs::path whole = folder / "tokenizer.json", pieces = modelFileOf(folder), vocabulary = folder / "vocab.json",
                   lines = folder / "vocab.txt";
    if (!isThere(whole) && !pieces.empty())
        return modelFile(pieces, settingsOf(folder));
    if (!isThere(whole) && hasBytePairs(folder)) {
        KERF_TRY(Json json, bytePairJson(folder, settingsOf(folder)));
        return TokenizerFiles { std::move(json), vocabulary.string(), {} };
    }
    if (!isThere(whole) && isThere(lines)) {
        KERF_TRY(Json json, wordPieceJson(lines, settingsOf(folder)));
        return TokenizerFiles { std::move(json), lines.string(), {} };
    }
    KERF_TRY(const std::string text, readTextFile(whole, kMaxFile));
    KERF_TRY(Json json, parseJson(text, whole.string()));
    return TokenizerFiles { std::move(json), whole.string(), {} };
}

} // namespace kerf::core
