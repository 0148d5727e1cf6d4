// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/post_processor.h"

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
        return addPair(part);
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
    KERF_TRY(const Json* pieces, part.list("single"));
    std::vector<TokenId> before;
    std::vector<TokenId> behind;
    bool sawText = false;
    for (const Json& item : *pieces) {
        const TokenizerPart piece(item, part.place());
        const bool isText = piece.find("Sequence") != nullptr;
        const Json* body = piece.find(isText ? "Sequence" : "SpecialToken");
        if (!body || !body->is_object())
            return part.error("the template has a piece that is neither a Sequence nor a SpecialToken");
        KERF_TRY(const std::string id, TokenizerPart(*body, part.place()).text("id"));
        if (isText) {
            if (id != "A" || sawText)
                return part.error("the template for a single text must hold the sequence A exactly once");
            sawText = true;
            continue;
        }
        KERF_TRY(const std::vector<TokenId> ids, specialIds(part, id));
        std::vector<TokenId>& side = sawText ? behind : before;
        side.insert(side.end(), ids.begin(), ids.end());
    }
    if (!sawText)
        return part.error("the template for a single text does not hold the sequence A");
    wrap(before, behind);
    return {};
}

Status PostProcessor::addPair(const TokenizerPart& part)
{
    KERF_TRY(const TokenId begin, namedId(part, "cls"));
    KERF_TRY(const TokenId end, namedId(part, "sep"));
    wrap({ begin }, { end });
    return {};
}

void PostProcessor::wrap(const std::vector<TokenId>& before, const std::vector<TokenId>& behind)
{
    m_prefix.insert(m_prefix.begin(), before.begin(), before.end());
    m_suffix.insert(m_suffix.end(), behind.begin(), behind.end());
}

} // namespace kerf::core
