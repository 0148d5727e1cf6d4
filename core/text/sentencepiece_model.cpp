// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/sentencepiece_model.h"

#include <bit>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>

#include "core/base/unicode.h"
#include "core/text/gguf_splits.h"
#include "core/text/protobuf_message.h"
#include "core/text/vocabulary.h"

namespace kerf::core {
namespace {

// Numbers of fields and kinds in sentencepiece_model.proto.
constexpr std::uint32_t kPieces = 1, kTrainer = 2, kNormalizer = 3;
constexpr std::uint32_t kPieceText = 1, kPieceScore = 2, kPieceType = 3;
constexpr std::uint32_t kModelType = 3, kSpaceIsSuffix = 24, kUnknownId = 40, kBeginId = 41, kEndId = 42, kPadId = 43;
constexpr std::uint32_t kMap = 2, kAddPrefix = 3, kRemoveSpaces = 4, kEscapeSpaces = 5;
constexpr std::uint64_t kUnigram = 1, kBytePair = 2;

std::string keyOf(std::string_view name)
{
    return fmt::format("tokenizer.ggml.{}", name);
}

class Reader {
public:
    explicit Reader(std::string file)
        : m_file(std::move(file))
    {
    }

    Result<Json> read(std::string_view bytes)
    {
        ProtobufMessage message(bytes);
        while (const auto field = message.next()) {
            if (field->number == kPieces)
                KERF_CHECK(addPiece(field->bytes));
            else if (field->number == kTrainer)
                KERF_CHECK(readTrainer(field->bytes));
            else if (field->number == kNormalizer)
                KERF_CHECK(readNormalizer(field->bytes));
        }
        if (message.isBroken() || m_tokens.empty())
            return error("is no SentencePiece model, or ends too soon");
        if (m_model != kUnigram && m_model != kBytePair)
            return error("is a SentencePiece model of words or characters; Unigram and BPE can be read");
        setSpecialIds();
        m_keys[keyOf("model")] = m_model == kUnigram ? "t5" : "llama";
        m_keys[keyOf("tokens")] = std::move(m_tokens);
        m_keys[keyOf("scores")] = std::move(m_scores);
        m_keys[keyOf("token_type")] = std::move(m_types);
        return std::move(m_keys);
    }

private:
    tl::unexpected<Error> error(std::string_view problem) const
    {
        return fail(ErrorCode::BadFile, fmt::format("{}: {}", m_file, problem));
    }

    Status addPiece(std::string_view bytes)
    {
        std::string text;
        float score = 0;
        std::uint64_t type = kNormal;
        ProtobufMessage message(bytes);
        while (const auto field = message.next()) {
            if (field->number == kPieceText)
                text = field->bytes;
            else if (field->number == kPieceScore)
                score = std::bit_cast<float>(static_cast<std::uint32_t>(field->value));
            else if (field->number == kPieceType)
                type = field->value;
        }
        if (message.isBroken() || findInvalidUtf8(text) || !std::isfinite(score) || m_tokens.size() >= kMaxPieces)
            return error(fmt::format("piece {} cannot be read", m_tokens.size()));
        m_tokens.push_back(std::move(text));
        m_scores.push_back(score);
        m_types.push_back(type);
        return {};
    }

    Status readTrainer(std::string_view bytes)
    {
        ProtobufMessage message(bytes);
        while (const auto field = message.next()) {
            if (field->number == kModelType)
                m_model = field->value;
            else if (field->number == kSpaceIsSuffix && field->value != 0)
                return error("writes the space behind a word (treat_whitespace_as_suffix), which is not supported");
            else if (field->number == kUnknownId)
                m_unknown = static_cast<std::int32_t>(field->value);
            else if (field->number == kBeginId)
                m_begin = static_cast<std::int32_t>(field->value);
            else if (field->number == kEndId)
                m_end = static_cast<std::int32_t>(field->value);
            else if (field->number == kPadId)
                m_padding = static_cast<std::int32_t>(field->value);
        }
        return {};
    }

    Status readNormalizer(std::string_view bytes)
    {
        ProtobufMessage message(bytes);
        while (const auto field = message.next()) {
            if (field->number == kAddPrefix)
                m_keys[keyOf("add_space_prefix")] = field->value != 0;
            else if (field->number == kRemoveSpaces)
                m_keys[keyOf("remove_extra_whitespaces")] = field->value != 0;
            else if (field->number == kEscapeSpaces && field->value == 0)
                return error("keeps spaces as they are (escape_whitespaces), which is not supported");
            else if (field->number == kMap)
                for (const char byte : field->bytes)
                    m_keys[keyOf("precompiled_charsmap")].push_back(static_cast<unsigned char>(byte));
        }
        return {};
    }

    void setSpecialIds()
    {
        const auto set = [&](const char* name, std::int32_t id) {
            if (id >= 0 && static_cast<std::size_t>(id) < m_tokens.size())
                m_keys[keyOf(name)] = static_cast<std::uint32_t>(id);
        };
        set("unknown_token_id", m_unknown);
        set("bos_token_id", m_begin);
        set("eos_token_id", m_end);
        set("padding_token_id", m_padding);
    }

    std::string m_file;
    Json m_keys { { keyOf("add_space_prefix"), true }, { keyOf("remove_extra_whitespaces"), true } };
    Json m_tokens = Json::array(), m_scores = Json::array(), m_types = Json::array();
    std::uint64_t m_model = kUnigram;
    std::int32_t m_unknown = 0, m_begin = 1, m_end = 2, m_padding = -1;
};

} // namespace

Result<Json> sentencePieceMetadata(std::string_view bytes, const std::string& file)
{
    return Reader(file).read(bytes);
}

} // namespace kerf::core
