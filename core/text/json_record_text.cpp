// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/json_record_text.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace kerf::core {

JsonRecordText::JsonRecordText(std::string wanted, ChatRenderer& chat)
    : m_wanted(std::move(wanted))
    , m_chat(&chat)
{
}

bool JsonRecordText::areFound() const
{
    return !m_fields.empty() && fieldNames(m_wanted).empty();
}

Result<std::optional<std::string>> JsonRecordText::take(std::string_view json, const std::string& what)
{
    KERF_TRY(const Json record, parseJson(json, what));
    if (!record.is_object())
        return fail(ErrorCode::BadFile, fmt::format("{}: is not a JSON object with a text.", what));
    if (m_fields.empty())
        KERF_CHECK(choose(record, what));
    if (!m_talks)
        return textOf(record, what);
    KERF_TRY(const std::size_t messages, countMessages(record, m_fields, what));
    if (messages == 0)
        return std::nullopt;
    return m_chat->render(json, m_fields, what).map([](std::string text) { return std::optional(std::move(text)); });
}

Result<std::optional<std::string>> JsonRecordText::textOf(const Json& record, const std::string& what) const
{
    std::optional<std::string> joined;
    for (const std::string& field : m_fields) {
        const auto text = record.find(field);
        if (text == record.end() || text->is_null())
            continue;
        if (!text->is_string())
            return fail(ErrorCode::BadFile,
                fmt::format("{}: the field \"{}\" is not a string but {}.", what, field, text->type_name()));
        if (!joined)
            joined.emplace();
        appendField(text->get_ref<const std::string&>(), *joined);
    }
    return joined;
}

/// The fields of the first record that has some.
Status JsonRecordText::choose(const Json& record, const std::string& what)
{
    m_fields = conversationFields(record, m_wanted);
    m_talks = !m_fields.empty();
    if (m_talks)
        return {};
    const std::vector<std::string> wanted = fieldNames(m_wanted);
    std::vector<std::string> names;
    bool empty = false;
    for (const auto& [name, value] : record.items()) {
        empty = empty || value.is_null();
        if (value.is_string() || (value.is_null() && std::ranges::find(wanted, name) != wanted.end()))
            names.push_back(name);
    }
    if (names.empty() && empty && wanted.empty())
        return {};
    KERF_TRY(m_fields, chooseFields(names, m_wanted, what));
    return {};
}

} // namespace kerf::core
