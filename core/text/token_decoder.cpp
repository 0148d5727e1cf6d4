// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/token_decoder.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/unicode.h"
#include "core/text/byte_level.h"
#include "core/text/metaspace.h"

namespace kerf::core {
namespace {

using Pieces = TokenDecoder::Pieces;
using Step = TokenDecoder::Step;

std::string concatenated(const Pieces& pieces)
{
    std::string out;
    for (const std::string& piece : pieces)
        out += piece;
    return out;
}

Pieces decodeByteLevel(const Pieces& pieces)
{
    std::string bytes;
    for (const std::string& piece : pieces)
        bytes += alphabetToBytes(piece);
    return { replaceInvalidUtf8(bytes) };
}

/// The byte of a piece like "<0x0A>".
std::optional<char> fallbackByte(std::string_view piece)
{
    if (piece.size() != 6 || !piece.starts_with("<0x") || piece.back() != '>')
        return std::nullopt;
    unsigned value = 0;
    const char* const end = piece.data() + 5;
    const auto [rest, error] = std::from_chars(piece.data() + 3, end, value, 16);
    return error == std::errc() && rest == end ? std::optional(static_cast<char>(value)) : std::nullopt;
}

/// Runs of byte pieces become the characters they spell; a run that spells none becomes one U+FFFD a byte.
Pieces decodeByteFallback(const Pieces& pieces)
{
    Pieces out;
    std::string run;
    const auto flush = [&] {
        if (!findInvalidUtf8(run))
            out.push_back(run);
        else
            out.insert(out.end(), run.size(), "\xef\xbf\xbd");
        run.clear();
    };
    for (const std::string& piece : pieces) {
        if (const std::optional<char> byte = fallbackByte(piece)) {
            run += *byte;
            continue;
        }
        if (!run.empty())
            flush();
        out.push_back(piece);
    }
    if (!run.empty())
        flush();
    return out;
}

Pieces decodeMetaspace(const Pieces& pieces, const Metaspace& settings)
{
    Pieces out;
    for (const std::string& piece : pieces) {
        std::string text;
        for (const std::string_view character : characters(piece)) {
            if (character != settings.replacement)
                text += character;
            else if (!out.empty() || settings.prepend == Metaspace::Prepend::Never)
                text += ' ';
        }
        out.push_back(std::move(text));
    }
    return out;
}

/// At most `start` times the content removed from the front and `stop` times from the end.
std::string stripped(std::string_view text, std::string_view content, std::int64_t start, std::int64_t stop)
{
    for (; start > 0 && text.starts_with(content); --start)
        text.remove_prefix(content.size());
    for (; stop > 0 && text.ends_with(content); --stop)
        text.remove_suffix(content.size());
    return std::string(text);
}

std::string replaced(std::string text, std::string_view from, std::string_view to)
{
    if (from.empty())
        return text;
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

/// Takes back the spaces that a split before signs and short forms of English leaves, in the order of the library.
std::string cleanedUp(std::string text)
{
    static constexpr std::pair<std::string_view, std::string_view> rules[]
        = { { " .", "." }, { " ?", "?" }, { " !", "!" }, { " ,", "," }, { " ' ", "'" }, { " n't", "n't" },
              { " 'm", "'m" }, { " do not", " don't" }, { " 's", "'s" }, { " 've", "'ve" }, { " 're", "'re" } };
    for (const auto& [from, to] : rules)
        text = replaced(std::move(text), from, to);
    return text;
}

Result<Step> byteLevel(const TokenizerPart&)
{
    return decodeByteLevel;
}

Result<Step> byteFallback(const TokenizerPart&)
{
    return decodeByteFallback;
}

Result<Step> fuse(const TokenizerPart&)
{
    return [](const Pieces& pieces) { return Pieces { concatenated(pieces) }; };
}

Result<Step> metaspace(const TokenizerPart& part)
{
    KERF_TRY(const Metaspace settings, Metaspace::load(part));
    return [settings](const Pieces& pieces) { return decodeMetaspace(pieces, settings); };
}

Result<Step> replace(const TokenizerPart& part)
{
    KERF_TRY(const Regex pattern, part.pattern("pattern"));
    KERF_TRY(std::string content, part.text("content"));
    return [pattern, content = std::move(content)](Pieces pieces) {
        for (std::string& piece : pieces) {
            // A pattern too expensive for a piece leaves the piece as it is.
            if (Result<std::string> text = pattern.replaceAll(piece, content))
                piece = std::move(*text);
        }
        return pieces;
    };
}

Result<Step> strip(const TokenizerPart& part)
{
    KERF_TRY(const std::string content, part.text("content"));
    KERF_TRY(const std::int64_t start, part.count("start"));
    KERF_TRY(const std::int64_t stop, part.count("stop"));
    if (characters(content).size() != 1)
        return part.error(fmt::format("Strip removes one character, not \"{}\"", content.substr(0, 100)));
    return [content, start, stop](Pieces pieces) {
        for (std::string& piece : pieces)
            piece = stripped(piece, content, start, stop);
        return pieces;
    };
}

Result<Step> wordPiece(const TokenizerPart& part)
{
    std::string prefix = "##";
    if (part.find("prefix")) {
        KERF_TRY(prefix, part.text("prefix"));
    }
    KERF_TRY(const bool cleanup, part.flag("cleanup", true));
    return [prefix, cleanup](Pieces pieces) {
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            std::string& piece = pieces[i];
            if (i > 0)
                piece = piece.starts_with(prefix) ? piece.substr(prefix.size()) : " " + piece;
            if (cleanup)
                piece = cleanedUp(std::move(piece));
        }
        return pieces;
    };
}

/// Connectionist temporal classification: a piece that repeats is one, and the padding says where it is two.
Result<Step> ctc(const TokenizerPart& part)
{
    std::string padding = "<pad>", delimiter = "|";
    if (part.find("pad_token")) {
        KERF_TRY(padding, part.text("pad_token"));
    }
    if (part.find("word_delimiter_token")) {
        KERF_TRY(delimiter, part.text("word_delimiter_token"));
    }
    KERF_TRY(const bool cleanup, part.flag("cleanup", true));
    return [padding, delimiter, cleanup](Pieces pieces) {
        pieces.erase(std::unique(pieces.begin(), pieces.end()), pieces.end());
        for (std::string& piece : pieces) {
            piece = replaced(std::move(piece), padding, "");
            if (cleanup)
                piece = replaced(cleanedUp(std::move(piece)), delimiter, " ");
        }
        std::erase(pieces, "");
        return pieces;
    };
}

/// The decoder of GPT-1: the ends of words become spaces, but for that of the text.
Result<Step> bpe(const TokenizerPart& part)
{
    std::string suffix = "</w>";
    if (part.find("suffix")) {
        KERF_TRY(suffix, part.text("suffix"));
    }
    return [suffix](Pieces pieces) {
        for (std::size_t i = 0; i < pieces.size(); ++i)
            pieces[i] = replaced(std::move(pieces[i]), suffix, i + 1 == pieces.size() ? "" : " ");
        return pieces;
    };
}

using Loader = Result<Step> (*)(const TokenizerPart&);
const std::map<std::string, Loader>& loaders()
{
    static const std::map<std::string, Loader> known { { "ByteLevel", byteLevel }, { "ByteFallback", byteFallback },
        { "Fuse", fuse }, { "Metaspace", metaspace }, { "Replace", replace }, { "Strip", strip },
        { "WordPiece", wordPiece }, { "CTC", ctc }, { "BPEDecoder", bpe } };
    return known;
}

} // namespace

Result<TokenDecoder> TokenDecoder::load(const Json& json, const std::string& place)
{
    TokenDecoder decoder;
    if (json.is_null())
        decoder.m_separator = " ";
    else
        KERF_CHECK(decoder.add(TokenizerPart(json, place)));
    return decoder;
}

Status TokenDecoder::add(const TokenizerPart& part)
{
    KERF_TRY(const std::string type, part.type());
    if (type == "Sequence") {
        KERF_TRY(const Json* list, part.list("decoders"));
        for (const Json& item : *list)
            KERF_CHECK(add(TokenizerPart(item, part.place())));
        return {};
    }
    const auto loader = loaders().find(type);
    if (loader == loaders().end())
        return part.error(fmt::format("the decoder \"{}\" is not supported", type));
    KERF_TRY(Step step, loader->second(part));
    m_steps.push_back(std::move(step));
    return {};
}

std::string TokenDecoder::apply(Pieces pieces) const
{
    for (const Step& step : m_steps)
        pieces = step(std::move(pieces));
    return fmt::format("{}", fmt::join(pieces, m_separator));
}

} // namespace kerf::core
