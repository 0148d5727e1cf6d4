// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/config_reader.h"

#include <cmath>

#include <fmt/format.h>

namespace kerf::core {

bool ConfigReader::has(std::string_view key) const
{
    const auto found = m_object.find(key);
    return found != m_object.end() && !found->is_null();
}

bool ConfigReader::holds(std::string_view key, std::string_view text) const
{
    return has(key) && *m_object.find(key) == text;
}

const Json& ConfigReader::value(std::string_view key) const
{
    accept(key);
    return *m_object.find(key);
}

std::vector<std::string> ConfigReader::unread() const
{
    std::vector<std::string> keys;
    for (const auto& [key, value] : m_object.items()) {
        const bool isEmpty = value.is_null() || value == false || (value.is_structured() && value.empty())
            || (value.is_string() && value.get_ref<const std::string&>().empty());
        if (!isEmpty && !m_read.contains(key))
            keys.push_back(key);
    }
    return keys;
}

tl::unexpected<Error> ConfigReader::wrong(std::string_view key, std::string_view expected) const
{
    std::string found = has(key) ? value(key).dump(-1, ' ', true, Json::error_handler_t::replace) : "nothing";
    if (found.size() > 40) {
        found.resize(40);
        found += "…";
    }
    return fail(ErrorCode::BadFile, fmt::format("{}: \"{}\" must be {}, but it is {}.", m_what, key, expected, found));
}

Result<std::int64_t> ConfigReader::count(
    std::string_view key, std::int64_t limit, std::optional<std::int64_t> fallback, std::int64_t least) const
{
    if (!has(key) && fallback)
        return *fallback;
    const std::optional<std::int64_t> number = has(key) ? asCount(value(key)) : std::nullopt;
    if (!number || *number < least || *number > limit)
        return wrong(key, fmt::format("a whole number from {} to {}", least, limit));
    return *number;
}

Result<double> ConfigReader::positive(std::string_view key, std::optional<double> fallback) const
{
    if (!has(key) && fallback)
        return *fallback;
    if (!has(key) || !value(key).is_number() || !(value(key).get<double>() > 0)
        || !std::isfinite(value(key).get<double>()))
        return wrong(key, "a positive number");
    return value(key).get<double>();
}

Result<bool> ConfigReader::flag(std::string_view key, bool fallback) const
{
    if (!has(key))
        return fallback;
    if (!value(key).is_boolean())
        return wrong(key, "true or false");
    return value(key).get<bool>();
}

Result<std::string> ConfigReader::text(std::string_view key, std::optional<std::string> fallback) const
{
    if (!has(key) && fallback)
        return *fallback;
    if (!has(key) || !value(key).is_string())
        return wrong(key, "a text");
    return value(key).get<std::string>();
}

} // namespace kerf::core
