// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/class_names.h"

#include <algorithm>
#include <charconv>
#include <set>

#include <fmt/format.h>

#include "core/base/ascii.h"
#include "core/base/json.h"

namespace kerf::core {
namespace {

std::optional<std::int64_t> wholeNumber(std::string_view text)
{
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(number)
                                                                                     : std::nullopt;
}

} // namespace

Result<std::vector<std::string>> readClassNames(const Checkpoint& checkpoint, std::int64_t count)
{
    std::vector<std::string> names;
    for (std::int64_t i = 0; i < count; ++i)
        names.push_back(fmt::format("LABEL_{}", i));
    KERF_TRY(const Json config, parseJson(checkpoint.configText(), checkpoint.configPlace()));
    const auto entries = config.find("id2label");
    if (entries == config.end() || !entries->is_object())
        return names;
    const auto wrong = [&](const std::string& problem) {
        return fail(ErrorCode::BadFile, fmt::format("{}: id2label {}.", checkpoint.configPlace(), problem));
    };
    for (const auto& [key, name] : entries->items()) {
        const auto index = wholeNumber(key);
        if (!index || *index < 0 || *index >= count || !name.is_string())
            return wrong(fmt::format("has the entry \"{}\"; the classifier has the outputs 0 to {}", key, count - 1));
        names[static_cast<std::size_t>(*index)] = name.get<std::string>();
    }
    if (std::set(names.begin(), names.end()).size() != names.size())
        return wrong("gives two outputs one name");
    return names;
}

std::optional<std::int64_t> classNamed(const std::vector<std::string>& names, std::string_view label)
{
    if (const auto found = std::ranges::find(names, label); found != names.end())
        return found - names.begin();
    const auto same = std::ranges::find_if(names,
        [wanted = lowerAscii(std::string(label))](const std::string& name) { return lowerAscii(name) == wanted; });
    if (same != names.end())
        return same - names.begin();
    const auto number = wholeNumber(label);
    return number && *number >= 0 && *number < static_cast<std::int64_t>(names.size()) ? number : std::nullopt;
}

} // namespace kerf::core
