// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/tokenizer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/unicode.h"
#include "core/text/gguf_tokenizer.h"
#include "core/text/tokenizer_files.h"
#include "core/text/tokenizer_impl.h"

namespace kerf::core {
namespace {

constexpr std::size_t kMaxFile = 256u * 1024 * 1024;
/// Words are looked up before they are merged: natural text repeats itself.
constexpr std::size_t kCachedWord = 64;
constexpr std::size_t kCachedWords = 65'536;

const Json& memberOrNull(const Json& object, const char* key)
{
    static const Json null;
    const auto found = object.find(key);
    return found == object.end() ? null : *found;
}

} // namespace

Status Tokenizer::Impl::load(const Json& json, CompanionTokens companions)
{
    if (!json.is_object())
        return fail(ErrorCode::BadFile, fmt::format("{}: is not a JSON object", file));
    const Json& version = memberOrNull(json, "version");
    if (!version.is_null() && version != "1.0")
        return fail(
            ErrorCode::BadFile, fmt::format("{}: has the version {}; only \"1.0\" is supported", file, version.dump()));
    const auto place = [&](const char* key) { return fmt::format("{}: {}", file, key); };
    KERF_TRY(normalizer, Normalizer::load(memberOrNull(json, "normalizer"), place("normalizer")));
    KERF_TRY(preTokenizer, PreTokenizer::load(memberOrNull(json, "pre_tokenizer"), place("pre_tokenizer")));
    KERF_TRY(model, TokenModel::load(memberOrNull(json, "model"), place("model")));
    KERF_TRY(added, AddedTokens::load(json, file, model->vocabulary(), normalizer, companions.tokens));
    KERF_TRY(postProcessor, PostProcessor::load(memberOrNull(json, "post_processor"), place("post_processor")));
    KERF_TRY(decoder, TokenDecoder::load(memberOrNull(json, "decoder"), place("decoder")));
    notes = std::move(companions.notes);
    notes.insert(notes.end(), added.notes().begin(), added.notes().end());
    if (companions.startsWithSpecial && *companions.startsWithSpecial == postProcessor.prefix().empty())
        notes.push_back(
            fmt::format("tokenizer_config.json says add_bos_token {}, but tokenizer.json puts {} before a text; "
                        "Kerf does as tokenizer.json says, and only where special tokens are asked for.",
                *companions.startsWithSpecial, postProcessor.prefix().empty() ? "no token" : "one"));
    return indexPieces();
}

Status Tokenizer::Impl::indexPieces()
{
    for (const auto& [piece, id] : model->vocabulary())
        pieces.emplace(id, piece);
    pieces.insert(model->shadowed().begin(), model->shadowed().end());
    for (const auto& [id, token] : added.tokens())
        pieces.emplace(id, token.content);
    for (const auto& [id, piece] : pieces)
        vocabularySize = std::max(vocabularySize, std::int64_t { id } + 1);
    for (const auto* ids : { &postProcessor.prefix(), &postProcessor.suffix() }) {
        for (const TokenId id : *ids) {
            if (!pieces.contains(id))
                return fail(ErrorCode::BadFile,
                    fmt::format("{}: post_processor: adds the id {}, which no token has", file, id));
        }
    }
    return {};
}

tl::unexpected<Error> Tokenizer::Impl::cannot(const Error& error) const
{
    return fail(ErrorCode::BadFile, fmt::format("{}: the text cannot be tokenized: {}", file, error.message));
}

Status Tokenizer::Impl::encodeWord(std::string_view word, WordCache& cache, std::vector<TokenId>& out) const
{
    if (word.size() > kCachedWord)
        return model->encode(word, out);
    auto known = cache.find(word);
    if (known == cache.end()) {
        std::vector<TokenId> ids;
        KERF_CHECK(model->encode(word, ids));
        if (cache.size() >= kCachedWords)
            cache.clear();
        known = cache.emplace(word, std::move(ids)).first;
    }
    out.insert(out.end(), known->second.begin(), known->second.end());
    return {};
}

Status Tokenizer::Impl::encode(const TextItem& item, WordCache& cache, std::vector<TokenId>& out) const
{
    if (item.id) {
        out.push_back(*item.id);
        return {};
    }
    // Without a pre-tokenizer a whole text is one word: it is cut where no piece can reach across.
    const std::string_view word = item.word;
    std::size_t begin = 0;
    Status status;
    for (std::size_t at = 0; status && word.size() > kCachedWord && at < word.size();) {
        const std::size_t length = characterLength(word[at]);
        if (at > begin && model->isSeparable(word.substr(begin, at - begin), word.substr(at))) {
            status = encodeWord(word.substr(begin, at - begin), cache, out);
            begin = at;
        }
        at += length;
    }
    if (status)
        status = encodeWord(word.substr(begin), cache, out);
    return status ? status : cannot(status.error());
}

Status Tokenizer::Impl::splitPart(TextPiece piece, std::vector<TextItem>& out) const
{
    KERF_CHECK(normalizer.apply(piece));
    const std::string& text = piece.text;
    for (const AddedTokens::Span& span : added.split(text, true)) {
        if (span.id) {
            out.push_back({ {}, span.id });
            continue;
        }
        const bool first = span.begin == 0;
        KERF_TRY(std::vector<TextPiece> words,
            preTokenizer.apply(
                { text.substr(span.begin, span.end - span.begin), piece.first && first, piece.continued && first }));
        for (TextPiece& word : words)
            out.push_back({ std::move(word.text) });
    }
    return {};
}

Result<std::vector<TextItem>> Tokenizer::Impl::split(std::string_view text, TextPlace place) const
{
    std::vector<TextItem> items;
    for (const AddedTokens::Span& span : added.split(text, false)) {
        if (span.id) {
            items.push_back({ {}, span.id });
            continue;
        }
        const bool start = place == TextPlace::Start && span.begin == 0;
        const bool continued = place == TextPlace::Continued && span.begin == 0;
        const Status status
            = splitPart({ std::string(text.substr(span.begin, span.end - span.begin)), start, continued }, items);
        if (!status)
            return cannot(status.error());
    }
    return items;
}

Result<Tokenizer> Tokenizer::read(const std::filesystem::path& tokenizerJson, CompanionTokens companions)
{
    KERF_TRY(const std::string text, readTextFile(tokenizerJson, kMaxFile));
    KERF_TRY(const Json json, parseJson(text, tokenizerJson.string()));
    const std::string file = tokenizerJson.string();
    return build(json, file, std::move(companions),
        fail(ErrorCode::BadFile, fmt::format("{}: is a tokenizer without a chat template.", file)));
}

Result<Tokenizer> Tokenizer::build(
    const Json& json, std::string file, CompanionTokens companions, Result<ChatTemplate> chat)
{
    const auto impl = std::make_shared<Impl>();
    impl->file = std::move(file);
    impl->chat = std::move(chat);
    KERF_CHECK(impl->load(json, std::move(companions)));
    Tokenizer tokenizer;
    tokenizer.m_impl = impl;
    return tokenizer;
}

Result<Tokenizer> Tokenizer::load(const std::filesystem::path& tokenizerJson)
{
    return read(tokenizerJson, {});
}

Result<Tokenizer> Tokenizer::fromGguf(const Json& metadata, const std::string& file)
{
    KERF_TRY(GgufTokenizer found, ggufTokenizer(metadata, file));
    CompanionTokens companions;
    companions.notes = std::move(found.notes);
    return build(found.json, file, std::move(companions), ggufChatTemplate(metadata, file));
}

Result<Tokenizer> Tokenizer::open(const std::filesystem::path& modelFolder)
{
    KERF_TRY(TokenizerFiles found, readTokenizerFiles(modelFolder));
    CompanionTokens companions = readCompanionTokens(modelFolder);
    companions.notes.insert(companions.notes.begin(), found.notes.begin(), found.notes.end());
    return build(found.json, std::move(found.file), std::move(companions), readChatTemplate(modelFolder));
}

Result<std::vector<TokenId>> Tokenizer::encode(std::string_view text, bool addSpecialTokens) const
{
    if (const std::optional<std::size_t> bad = findInvalidUtf8(text))
        return fail(ErrorCode::InvalidArgument, fmt::format("The text is not UTF-8: byte {} is not valid there", *bad));
    std::vector<TokenId> ids;
    if (addSpecialTokens)
        ids = m_impl->postProcessor.prefix();
    KERF_TRY(const std::vector<TextItem> items, m_impl->split(text, TextPlace::Start));
    WordCache cache;
    for (const TextItem& item : items)
        KERF_CHECK(m_impl->encode(item, cache, ids));
    if (addSpecialTokens)
        ids.insert(ids.end(), m_impl->postProcessor.suffix().begin(), m_impl->postProcessor.suffix().end());
    return ids;
}

std::string Tokenizer::decode(std::span<const TokenId> ids, bool skipSpecialTokens) const
{
    std::vector<std::string> pieces;
    for (const TokenId id : ids) {
        const auto piece = m_impl->pieces.find(id);
        if (piece == m_impl->pieces.end())
            continue;
        const auto added = m_impl->added.tokens().find(id);
        if (skipSpecialTokens && added != m_impl->added.tokens().end() && added->second.special)
            continue;
        pieces.push_back(piece->second);
    }
    return m_impl->decoder.apply(std::move(pieces));
}

const std::string& Tokenizer::piece(TokenId id) const
{
    static const std::string none;
    const auto found = m_impl->pieces.find(id);
    return found == m_impl->pieces.end() ? none : found->second;
}

const std::string& Tokenizer::file() const
{
    return m_impl->file;
}

const std::vector<std::string>& Tokenizer::notes() const
{
    return m_impl->notes;
}

const Result<ChatTemplate>& Tokenizer::chatTemplate() const
{
    return m_impl->chat;
}

std::int64_t Tokenizer::vocabularySize() const
{
    return m_impl->vocabularySize;
}

} // namespace kerf::core
