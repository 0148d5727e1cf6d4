// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/post_processor.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/text/vocabulary.h"

namespace kerf::core {
namespace {

/// The ids that a template's special token stands for.
Result<std::vector<TokenId>> specialIds(const TokenizerPart& part, const std::string& name)
{
    const Json* entries = part.find("special_tokens");
    const auto entry = entries && entries->is_object() ? entries->find(name) : Json::const_iterator();
    if (!entries || !entries->is_object() || entry == entries->end())
        return part.error(fmt::format("the template names the special token \"{}\", which has no entry", name));
    const TokenizerPart token(*entry, part.place());
    KERF_TRY(const Json* list, token.list("ids"));
    std::vector<TokenId> ids;
    for (const Json& item : *list) {
        const std::optional<std::int64_t> id = asCount(item);
        if (!id || *id > kMaxTokenId)
            return part.error(fmt::format("an id of the special token \"{}\" is not valid", name));
        ids.push_back(static_cast<TokenId>(*id));
    }
    return ids;
}

/// The id of a special token written as ["[SEP]", 102].
Result<TokenId> namedId(const TokenizerPart& part, const char* key)
{
    KERF_TRY(const Json* token, part.list(key));
    const std::optional<std::int64_t> id = token->size() == 2 ? asCount((*token)[1]) : std::nullopt;
    if (!id || *id > kMaxTokenId)
        return part.error(fmt::format("\"{}\" is not a token and its id", key));
    return static_cast<TokenId>(*id);
}

/// The pieces of a template, in order.
Result<std::vector<TemplatePiece>> readPieces(const TokenizerPart& part, const Json& list)
{
    std::vector<TemplatePiece> pieces;
    for (const Json& item : list) {
        const TokenizerPart piece(item, part.place());
        const bool isText = piece.find("Sequence") != nullptr;
        const Json* body = piece.find(isText ? "Sequence" : "SpecialToken");
        if (!body || !body->is_object())
            return part.error("the template has a piece that is neither a Sequence nor a SpecialToken");
        const TokenizerPart inner(*body, part.place());
        KERF_TRY(const std::string id, inner.text("id"));
        TemplatePiece made;
        if (const Json* type = inner.find("type_id"))
            made.type = static_cast<std::int32_t>(std::min<std::int64_t>(asCount(*type).value_or(0), 1));
        if (isText)
            made.text = id == "A" ? 0 : 1;
        else {
            KERF_TRY(made.ids, specialIds(part, id));
        }
        pieces.push_back(std::move(made));
    }
    return pieces;
}

} // namespace

Result<PostProcessor> PostProcessor::load(const Json& json, const std::string& place)
{
    PostProcessor processor;
    if (!json.is_null())
        KERF_CHECK(processor.add(TokenizerPart(json, place)));
    return processor;
}

Status PostProcessor::add(const TokenizerPart& part)
{
    KERF_TRY(const std::string type, part.type());
    if (type == "TemplateProcessing")
        return addTemplate(part);
    if (type == "BertProcessing" || type == "RobertaProcessing")
        return addNamed(part, type == "BertProcessing");
    if (type == "ByteLevel")
        return {};
    if (type != "Sequence")
        return part.error(fmt::format("the post-processor \"{}\" is not supported", type));
    KERF_TRY(const Json* list, part.list("processors"));
    for (const Json& item : *list)
        KERF_CHECK(add(TokenizerPart(item, part.place())));
    return {};
}

Status PostProcessor::addTemplate(const TokenizerPart& part)
{
    KERF_TRY(const Json* list, part.list("single"));
    KERF_TRY(const std::vector<TemplatePiece> pieces, readPieces(part, *list));
    const auto isText = [](const TemplatePiece& piece) { return piece.text >= 0; };
    if (std::ranges::count_if(pieces, isText) != 1 || std::ranges::find_if(pieces, isText)->text != 0)
        return part.error("the template for a single text must hold the sequence A exactly once");
    std::vector<TokenId> before, behind;
    bool sawText = false;
    for (const TemplatePiece& piece : pieces) {
        if (isText(piece)) {
            sawText = true;
            m_type = piece.type;
        }
        std::vector<TokenId>& side = sawText ? behind : before;
        side.insert(side.end(), piece.ids.begin(), piece.ids.end());
    }
    wrap(before, behind);
    return part.find("pair") ? addPairTemplate(part) : Status();
}

/// Other tools write templates of pairs that hold no pair: they say nothing of two texts, and a single one still works.
Status PostProcessor::addPairTemplate(const TokenizerPart& part)
{
    KERF_TRY(const Json* list, part.list("pair"));
    KERF_TRY(std::vector<TemplatePiece> pieces, readPieces(part, *list));
    const auto count = [&](int text) { return std::ranges::count(pieces, text, &TemplatePiece::text); };
    if (count(0) == 1 && count(1) == 1)
        m_pair = std::move(pieces);
    return {};
}

Status PostProcessor::addNamed(const TokenizerPart& part, bool isBert)
{
    KERF_TRY(const TokenId begin, namedId(part, "cls"));
    KERF_TRY(const TokenId end, namedId(part, "sep"));
    wrap({ begin }, { end });
    const std::int32_t second = isBert ? 1 : 0;
    m_pair = { { -1, { begin }, 0 }, { 0, {}, 0 }, { -1, isBert ? std::vector { end } : std::vector { end, end }, 0 },
        { 1, {}, second }, { -1, { end }, second } };
    return {};
}

void PostProcessor::wrap(const std::vector<TokenId>& before, const std::vector<TokenId>& behind)
{
    m_prefix.insert(m_prefix.begin(), before.begin(), before.end());
    m_suffix.insert(m_suffix.end(), behind.begin(), behind.end());
}

} // namespace kerf::core
