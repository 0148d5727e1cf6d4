// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/base/name_pattern.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace kerf::core {

Result<NamePattern> NamePattern::ofTarget(const std::string& text, const std::string& what)
{
    if (text.starts_with("re:"))
        return ofExpression(text.substr(3), what);
    NamePattern pattern;
    pattern.m_name = text;
    return pattern;
}

Result<NamePattern> NamePattern::ofExpression(const std::string& text, const std::string& what)
{
    auto regex = Regex::compile("\\A(?:" + text + ")");
    if (!regex)
        return fail(
            ErrorCode::BadFile, fmt::format("{}: target \"{}\": {}", what, text.substr(0, 100), regex.error().message));
    NamePattern pattern;
    pattern.m_pattern = *regex;
    return pattern;
}

Result<NamePattern> NamePattern::ofWildcard(const std::string& text, const std::string& what)
{
    std::string pattern;
    for (std::size_t start = 0; start <= text.size();) {
        const std::size_t star = std::min(text.find('*', start), text.size());
        pattern += escapePattern(std::string_view(text).substr(start, star - start)) + (star < text.size() ? ".*" : "");
        start = star + 1;
    }
    return ofExpression(pattern + "\\z", what);
}

Result<bool> NamePattern::matches(const std::string& name) const
{
    return m_pattern ? m_pattern->contains(name) : Result<bool>(name == m_name);
}

} // namespace kerf::core
