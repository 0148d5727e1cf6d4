// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/record_fields.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/ascii.h"
#include "core/text/text_kind.h"

namespace kerf::core {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kConversations[] = { "messages", "conversations", "conversation" };

/// Fields that are one text together, longer lists first.
const std::vector<std::vector<std::string>>& fieldsTogether()
{
    static const std::vector<std::vector<std::string>> lists { { "prompt", "completion" }, { "prompt", "response" },
        { "instruction", "input", "output" }, { "instruction", "context", "response" }, { "instruction", "output" },
        { "instruction", "response" }, { "question", "answer" }, { "query", "response" } };
    return lists;
}

/// The names as they are written that are one of `known`, letter case aside; all of them or none.
std::vector<std::string> found(const std::vector<std::string>& names, const std::vector<std::string>& known)
{
    std::vector<std::string> list;
    for (const std::string& one : known)
        if (const auto at = std::ranges::find(names, one, lowerAscii); at != names.end())
            list.push_back(*at);
    return list.size() == known.size() ? list : std::vector<std::string> {};
}

Result<std::vector<std::string>> wantedFields(
    const std::vector<std::string>& names, std::string_view wanted, std::string_view what)
{
    if (std::ranges::find(names, wanted) != names.end())
        return std::vector { std::string(wanted) }; // a name with a comma
    std::vector<std::string> list = fieldNames(wanted);
    for (const std::string& one : list)
        if (std::ranges::find(names, one) == names.end())
            return fail(ErrorCode::BadFile,
                fmt::format("{}: has no text field \"{}\"; it has: {}.", what, one, fmt::join(names, ", ")));
    return list;
}

const Json* member(const Json& record, const std::string& name)
{
    const auto field = record.find(name);
    return field == record.end() ? nullptr : &*field;
}

} // namespace

const Json* firstMember(const Json& object, std::initializer_list<const char*> keys)
{
    for (const char* key : keys)
        if (const auto found = object.find(key); found != object.end() && !found->is_null())
            return &*found;
    return nullptr;
}

std::vector<std::string> fieldNames(std::string_view wanted)
{
    std::vector<std::string> list;
    while (!wanted.empty()) {
        const std::size_t comma = std::min(wanted.find(','), wanted.size());
        std::string_view name = wanted.substr(0, comma);
        name.remove_prefix(std::min(name.find_first_not_of(kSpace), name.size()));
        name = name.substr(0, name.find_last_not_of(kSpace) + 1);
        if (!name.empty())
            list.emplace_back(name);
        wanted.remove_prefix(std::min(comma + 1, wanted.size()));
    }
    return list;
}

Result<std::vector<std::string>> chooseFields(
    const std::vector<std::string>& names, std::string_view wanted, std::string_view what)
{
    if (!fieldNames(wanted).empty())
        return wantedFields(names, wanted, what);
    for (const std::string_view known : knownTextFields())
        if (std::vector<std::string> list = found(names, { std::string(known) }); !list.empty())
            return list;
    for (const std::vector<std::string>& known : fieldsTogether())
        if (std::vector<std::string> list = found(names, known); !list.empty())
            return list;
    if (names.size() == 1)
        return names;
    if (names.empty())
        return fail(ErrorCode::BadFile, fmt::format("{}: has no field that is a text.", what));
    return fail(ErrorCode::BadFile,
        fmt::format("{}: has no field called \"text\"; choose one of: {} (--field NAME), or several that are one text "
                    "together (--fields NAME,NAME).",
            what, fmt::join(names, ", ")));
}

void appendField(std::string_view part, std::string& text)
{
    if (part.empty())
        return;
    if (!text.empty() && kSpace.find(text.back()) == std::string_view::npos
        && kSpace.find(part.front()) == std::string_view::npos)
        text += '\n';
    text += part;
}

bool isConversation(const Json& value)
{
    return value.is_array() && std::ranges::all_of(value, [](const Json& message) { return message.is_object(); });
}

std::vector<std::string> conversationFields(const Json& record, std::string_view wanted)
{
    const auto holds = [&](const std::string& name) {
        const Json* value = member(record, name);
        return value && isConversation(*value);
    };
    const std::vector<std::string> names = fieldNames(wanted);
    if (!names.empty())
        return std::ranges::all_of(names, holds) ? names : std::vector<std::string> {};
    for (const std::string_view name : kConversations)
        if (holds(std::string(name)))
            return { std::string(name) };
    const std::vector<std::string> pair { "prompt", "completion" };
    return std::ranges::all_of(pair, holds) ? pair : std::vector<std::string> {};
}

Result<std::size_t> countMessages(const Json& record, const std::vector<std::string>& fields, const std::string& what)
{
    std::size_t count = 0;
    for (const std::string& field : fields) {
        const Json* list = member(record, field);
        if (!list || list->is_null())
            continue;
        if (!list->is_array())
            return fail(ErrorCode::BadFile,
                fmt::format("{}: the field \"{}\" is not a list of messages but {}.", what, field, list->type_name()));
        for (const Json& message : *list) {
            const auto names = [&](const char* key) {
                const auto role = message.is_object() ? message.find(key) : message.end();
                return role != message.end() && role->is_string();
            };
            ++count;
            if (!names("role") && !names("from"))
                return fail(ErrorCode::BadFile,
                    fmt::format("{}: message {} of \"{}\" does not say whose it is (\"role\", or \"from\").", what,
                        count, field));
        }
    }
    return count;
}

} // namespace kerf::core
