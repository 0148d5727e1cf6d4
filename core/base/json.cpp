// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/base/json.h"

#include <limits>
#include <set>
#include <vector>

#include <fmt/format.h>

namespace kerf::core {
namespace {

/// Watches the parser's events: refuses duplicate keys and deep nesting before a value is built.
class StrictCallback {
public:
    explicit StrictCallback(int maxDepth)
        : m_maxDepth(maxDepth)
    {
    }

    bool operator()(int depth, Json::parse_event_t event, Json& parsed)
    {
        using Event = Json::parse_event_t;
        if (depth >= m_maxDepth && m_problem.empty())
            m_problem = fmt::format("is nested more than {} levels deep", m_maxDepth);
        if (event == Event::object_start) {
            m_keys.emplace_back();
        } else if (event == Event::object_end) {
            m_keys.pop_back();
        } else if (event == Event::key) {
            const auto& key = parsed.get_ref<const std::string&>();
            if (!m_keys.back().insert(key).second && m_problem.empty())
                m_problem = fmt::format("has the key \"{}\" twice in one object", key);
        }
        return true;
    }

    const std::string& problem() const { return m_problem; }

private:
    int m_maxDepth;
    std::vector<std::set<std::string>> m_keys;
    std::string m_problem;
};

/// Nesting depth of the text, without parsing: brackets outside strings.
int nestingDepth(std::string_view text)
{
    int depth = 0;
    int deepest = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            deepest = std::max(deepest, ++depth);
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return deepest;
}

} // namespace

Result<Json> parseJson(std::string_view text, std::string_view what, int maxDepth)
{
    if (nestingDepth(text) > maxDepth)
        return fail(ErrorCode::BadFile, fmt::format("{}: is nested more than {} levels deep", what, maxDepth));
    if (text.substr(0, 3) == "\xef\xbb\xbf")
        return fail(ErrorCode::BadFile, fmt::format("{}: starts with a byte order mark, which JSON forbids", what));
    // The library's lexer takes NUL for the end of the text, and would not look at what follows.
    if (text.find('\0') != std::string_view::npos)
        return fail(ErrorCode::BadFile, fmt::format("{}: is not valid JSON: it holds a NUL byte", what));
    StrictCallback callback(maxDepth + 1);
    try {
        Json value = Json::parse(text, std::ref(callback));
        if (!callback.problem().empty())
            return fail(ErrorCode::BadFile, fmt::format("{}: {}", what, callback.problem()));
        return value;
    } catch (const Json::exception& error) {
        std::string reason = error.what();
        if (const auto end = reason.find("] "); end != std::string::npos)
            reason.erase(0, end + 2);
        // The library quotes what it last read, which may be most of the file.
        if (reason.size() > 300)
            reason = reason.substr(0, 300) + " …";
        return fail(ErrorCode::BadFile, fmt::format("{}: is not valid JSON: {}", what, reason));
    }
}

std::optional<std::int64_t> asCount(const Json& value)
{
    if (!value.is_number_unsigned())
        return std::nullopt;
    const auto number = value.get<std::uint64_t>();
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return std::nullopt;
    return static_cast<std::int64_t>(number);
}

} // namespace kerf::core
