// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/decide/requirement.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "core/base/parse_number.h"

namespace kerf::core {
namespace {

constexpr std::string_view kDecodeSpeed = "decode_tokens_per_second";

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(' ');
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// Takes an ending off a name.
bool takeEnding(std::string& name, std::string_view ending)
{
    if (!name.ends_with(ending) || name.size() == ending.size())
        return false;
    name.resize(name.size() - ending.size());
    return true;
}

/// The number behind the sign: of a speed a multiple, "1.5x".
std::optional<double> limitOf(std::string_view text, Requirement::Of of)
{
    if (of != Requirement::Of::Speed)
        return parseNumber(text);
    return text.ends_with('x') ? parseNumber(text.substr(0, text.size() - 1)) : std::nullopt;
}

Requirement ofName(std::string name)
{
    Requirement found;
    if (name == "harmful_flips")
        found.of = Requirement::Of::HarmfulFlips;
    else if (name == kDecodeSpeed)
        found.of = Requirement::Of::Speed;
    else if (takeEnding(name, "_drop"))
        found.of = Requirement::Of::Drop;
    else if (takeEnding(name, "_ratio"))
        found.of = Requirement::Of::Ratio;
    if (found.of != Requirement::Of::HarmfulFlips)
        found.metric = std::move(name);
    return found;
}

} // namespace

Result<Requirement> parseRequirement(const std::string& text)
{
    const auto wrong = [&](const std::string& why) {
        return fail(ErrorCode::InvalidArgument, fmt::format("\"{}\": {}", text, why));
    };
    const std::size_t sign = std::min(text.find("<="), text.find(">=")), level = text.find('@');
    const std::string_view whole = text;
    const std::string_view name = sign == std::string::npos ? std::string_view() : trimmed(whole.substr(0, sign));
    if (name.empty() || (level != std::string::npos && level < sign))
        return wrong("is not of the form METRIC_drop<=NUMBER @LEVEL (also METRIC_ratio, METRIC, harmful_flips, "
                     "decode_tokens_per_second>=1.5x).");
    Requirement found = ofName(std::string(name));
    found.text = text;
    const bool isSpeed = found.of == Requirement::Of::Speed;
    if (isSpeed != (text[sign] == '>'))
        return wrong("a speed has to reach a multiple of the reference's (decode_tokens_per_second>=1.5x), anything "
                     "else to stay below a number (<=).");
    const std::size_t end = level == std::string::npos ? text.size() : level;
    const auto limit = limitOf(trimmed(whole.substr(sign + 2, end - sign - 2)), found.of);
    if (!limit)
        return wrong(isSpeed ? "has no multiple such as 1.5x behind >=." : "has no number behind <=.");
    found.limit = *limit;
    if (level != std::string::npos) {
        const auto percent = parseNumber(trimmed(whole.substr(level + 1)));
        if (!percent || *percent <= 50 || *percent >= 100)
            return wrong("has no level between 50 and 100 per cent behind @.");
        found.confidence = *percent / 100;
    }
    const bool isBelow = isSpeed || found.of == Requirement::Of::Ratio ? found.limit <= 0 : found.limit < 0;
    if (found.of != Requirement::Of::Value && isBelow)
        return wrong("a drop or a share is not below 0, and a ratio is above it.");
    return found;
}

std::string levelText(double confidence)
{
    constexpr int kUsual = 6, kMost = 17; // significant digits; the most that a double has
    std::string text;
    for (int digits = kUsual; digits <= kMost && (text.empty() || text == "100"); ++digits)
        text = fmt::format("{:.{}g}", 100 * confidence, digits);
    return text;
}

} // namespace kerf::core
