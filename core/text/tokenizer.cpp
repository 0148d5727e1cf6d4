// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/tokenizer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/text/added_tokens.h"
#include "core/text/bpe.h"
#include "core/text/normalizer.h"
#include "core/text/post_processor.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/token_decoder.h"
#include "core/text/unicode.h"

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

struct Tokenizer::Impl {
    std::string file;
    Normalizer normalizer;
    PreTokenizer preTokenizer;
    BytePairModel model;
    AddedTokens added;
    PostProcessor postProcessor;
    TokenDecoder decoder;
    std::unordered_map<TokenId, std::string> pieces; ///< by id, added tokens too
    std::int64_t vocabularySize = 0;

    Status load(const Json& json);
    Status indexPieces();
    /// Appends the ids of a text without added tokens of the raw kind.
    Status encodePart(TextPiece piece, TextMap<std::vector<TokenId>>& cache, std::vector<TokenId>& out) const;
    void encodeWord(const std::string& word, TextMap<std::vector<TokenId>>& cache, std::vector<TokenId>& out) const;
};

Status Tokenizer::Impl::load(const Json& json)
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
    KERF_TRY(model, BytePairModel::load(memberOrNull(json, "model"), place("model")));
    KERF_TRY(added, AddedTokens::load(json, file, model.vocabulary(), normalizer));
    KERF_TRY(postProcessor, PostProcessor::load(memberOrNull(json, "post_processor"), place("post_processor")));
    KERF_TRY(decoder, TokenDecoder::load(memberOrNull(json, "decoder"), place("decoder")));
    return indexPieces();
}

Status Tokenizer::Impl::indexPieces()
{
    for (const auto& [piece, id] : model.vocabulary())
        pieces.emplace(id, piece);
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

void Tokenizer::Impl::encodeWord(
    const std::string& word, TextMap<std::vector<TokenId>>& cache, std::vector<TokenId>& out) const
{
    if (word.size() > kCachedWord) {
        model.encode(word, out);
        return;
    }
    auto known = cache.find(word);
    if (known == cache.end()) {
        if (cache.size() >= kCachedWords)
            cache.clear();
        known = cache.emplace(word, std::vector<TokenId>()).first;
        model.encode(word, known->second);
    }
    out.insert(out.end(), known->second.begin(), known->second.end());
}

Status Tokenizer::Impl::encodePart(
    TextPiece piece, TextMap<std::vector<TokenId>>& cache, std::vector<TokenId>& out) const
{
    KERF_TRY(const std::string text, normalizer.apply(std::move(piece.text)));
    for (const AddedTokens::Span& span : added.split(text, true)) {
        if (span.id) {
            out.push_back(*span.id);
            continue;
        }
        KERF_TRY(const std::vector<TextPiece> words,
            preTokenizer.apply({ text.substr(span.begin, span.end - span.begin), piece.first && span.begin == 0 }));
        for (const TextPiece& word : words)
            encodeWord(word.text, cache, out);
    }
    return {};
}

Result<Tokenizer> Tokenizer::load(const std::filesystem::path& tokenizerJson)
{
    KERF_TRY(const std::string text, readTextFile(tokenizerJson, kMaxFile));
    KERF_TRY(const Json json, parseJson(text, tokenizerJson.string()));
    const auto impl = std::make_shared<Impl>();
    impl->file = tokenizerJson.string();
    KERF_CHECK(impl->load(json));
    Tokenizer tokenizer;
    tokenizer.m_impl = impl;
    return tokenizer;
}

Result<std::vector<TokenId>> Tokenizer::encode(std::string_view text, bool addSpecialTokens) const
{
    if (const std::optional<std::size_t> bad = findInvalidUtf8(text))
        return fail(ErrorCode::InvalidArgument, fmt::format("The text is not UTF-8: byte {} is not valid there", *bad));
    std::vector<TokenId> ids;
    if (addSpecialTokens)
        ids = m_impl->postProcessor.prefix();
    TextMap<std::vector<TokenId>> cache;
    for (const AddedTokens::Span& span : m_impl->added.split(text, false)) {
        if (span.id) {
            ids.push_back(*span.id);
            continue;
        }
        const Status status = m_impl->encodePart(
            { std::string(text.substr(span.begin, span.end - span.begin)), span.begin == 0 }, cache, ids);
        if (!status)
            return fail(ErrorCode::BadFile,
                fmt::format("{}: the text cannot be tokenized: {}", m_impl->file, status.error().message));
    }
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

std::int64_t Tokenizer::vocabularySize() const
{
    return m_impl->vocabularySize;
}

} // namespace kerf::core
