// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/normalizer.h"

#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/base/unicode.h"

namespace kerf::core {
namespace {

std::optional<NormalForm> normalForm(const std::string& name)
{
    static const std::map<std::string, NormalForm> forms { { "NFC", NormalForm::Nfc }, { "NFD", NormalForm::Nfd },
        { "NFKC", NormalForm::Nfkc }, { "NFKD", NormalForm::Nfkd } };
    const auto found = forms.find(name);
    return found == forms.end() ? std::nullopt : std::optional(found->second);
}

std::string stripped(std::string_view text, bool left, bool right)
{
    if (left)
        text.remove_prefix(leadingSpace(text));
    if (right)
        text.remove_suffix(trailingSpace(text));
    return std::string(text);
}

} // namespace

Result<Normalizer> Normalizer::load(const Json& json, const std::string& place)
{
    Normalizer normalizer;
    if (!json.is_null())
        KERF_CHECK(normalizer.add(TokenizerPart(json, place)));
    return normalizer;
}

Status Normalizer::add(const TokenizerPart& part)
{
    KERF_TRY(const std::string type, part.type());
    if (type == "Sequence") {
        KERF_TRY(const Json* list, part.list("normalizers"));
        for (const Json& item : *list)
            KERF_CHECK(add(TokenizerPart(item, part.place())));
    } else if (const std::optional<NormalForm> form = normalForm(type)) {
        m_steps.emplace_back([form](const std::string& text, bool) { return normalizeUnicode(text, *form); });
    } else if (type == "Prepend") {
        KERF_TRY(std::string prefix, part.text("prepend"));
        m_steps.emplace_back([prefix = std::move(prefix)](std::string text, bool continued) -> Result<std::string> {
            return continued || text.empty() ? std::move(text) : prefix + text;
        });
    } else if (type == "Replace") {
        KERF_TRY(const Regex pattern, part.pattern("pattern"));
        KERF_TRY(std::string content, part.text("content"));
        m_steps.emplace_back([pattern, content = std::move(content)](
                                 const std::string& text, bool) { return pattern.replaceAll(text, content); });
    } else if (type == "Strip") {
        KERF_TRY(const bool left, part.flag("strip_left", true));
        KERF_TRY(const bool right, part.flag("strip_right", true));
        m_steps.emplace_back([left, right](const std::string& text, bool continued) -> Result<std::string> {
            return stripped(text, left && !continued, right);
        });
    } else {
        return part.error(fmt::format("the normalizer \"{}\" is not supported", type));
    }
    return {};
}

Result<std::string> Normalizer::apply(std::string text, bool continued) const
{
    for (const Step& step : m_steps) {
        KERF_TRY(text, step(std::move(text), continued));
    }
    return text;
}

} // namespace kerf::core
