// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/tokenizer_part.h"

#include <fmt/format.h>

namespace kerf::core {

const Json* TokenizerPart::find(const char* key) const
{
    if (!m_json.is_object())
        return nullptr;
    const auto found = m_json.find(key);
    return found == m_json.end() || found->is_null() ? nullptr : &*found;
}

tl::unexpected<Error> TokenizerPart::error(std::string_view problem) const
{
    return fail(ErrorCode::BadFile, fmt::format("{}: {}", m_place, problem));
}

Result<std::string> TokenizerPart::type() const
{
    if (!m_json.is_object())
        return error("is not an object");
    return text("type");
}

Result<std::string> TokenizerPart::text(const char* key) const
{
    const Json* value = find(key);
    if (!value || !value->is_string())
        return error(fmt::format("\"{}\" is missing or not a string", key));
    return value->get<std::string>();
}

Result<bool> TokenizerPart::flag(const char* key, bool fallback) const
{
    const Json* value = find(key);
    if (!value)
        return fallback;
    if (!value->is_boolean())
        return error(fmt::format("\"{}\" is neither true nor false", key));
    return value->get<bool>();
}

Result<std::int64_t> TokenizerPart::count(const char* key) const
{
    const Json* value = find(key);
    const std::optional<std::int64_t> number = value ? asCount(*value) : std::nullopt;
    if (!number)
        return error(fmt::format("\"{}\" is missing or not a whole number from 0 up", key));
    return *number;
}

Result<const Json*> TokenizerPart::list(const char* key) const
{
    const Json* value = find(key);
    if (!value || !value->is_array())
        return error(fmt::format("\"{}\" is missing or not a list", key));
    return value;
}

Result<Regex> TokenizerPart::pattern(const char* key) const
{
    const Json* value = find(key);
    if (!value || !value->is_object() || value->size() != 1 || !value->begin()->is_string())
        return error(fmt::format("\"{}\" is missing or not of the form {{\"String\": …}} or {{\"Regex\": …}}", key));
    const std::string& text = value->begin()->get_ref<const std::string&>();
    const std::string& kind = value->begin().key();
    if (kind != "String" && kind != "Regex")
        return error(fmt::format("\"{}\" has the unknown kind \"{}\"", key, kind));
    Result<Regex> regex = Regex::compile(kind == "Regex" ? text : escapePattern(text));
    if (!regex)
        return error(fmt::format("the pattern cannot be used: {}", regex.error().message));
    return *regex;
}

} // namespace kerf::core
