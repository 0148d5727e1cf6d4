// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "core/format/number_view.h"

namespace kerf::core {
namespace {

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view kSpaces = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kSpaces);
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

template <class Number, class... Options> std::optional<Number> whole(std::string_view text, Options... options)
{
    Number number {};
    const char* const end = text.data() + text.size();
    const auto [at, problem] = std::from_chars(text.data(), end, number, options...);
    const bool isRead = problem == std::errc {} && at == end && !text.empty();
    return isRead ? std::optional(number) : std::nullopt;
}

std::optional<double> decimal(std::string_view text)
{
    if (text.starts_with('+') && !text.starts_with("+-"))
        text.remove_prefix(1);
    const bool isNegative = text.starts_with('-');
    const std::string_view magnitude = text.substr(isNegative ? 1 : 0);
    if (magnitude.starts_with("0x") || magnitude.starts_with("0X")) {
        const auto found = whole<double>(magnitude.substr(2), std::chars_format::hex);
        return found && isNegative ? std::optional(-*found) : found;
    }
    return whole<double>(text);
}

/// "2^-6", "3*2^-6".
std::optional<double> power(std::string_view text)
{
    double factor = 1;
    if (const std::size_t times = text.find('*'); times != std::string_view::npos) {
        const auto found = decimal(trimmed(text.substr(0, times)));
        if (!found)
            return std::nullopt;
        factor = *found;
        text = trimmed(text.substr(times + 1));
    }
    const std::size_t hat = text.find('^');
    if (hat == std::string_view::npos)
        return std::nullopt;
    const auto base = decimal(trimmed(text.substr(0, hat))), exponent = decimal(trimmed(text.substr(hat + 1)));
    if (!base || !exponent)
        return std::nullopt;
    // A minus sign stands before the whole power.
    return factor * (std::signbit(*base) ? -std::pow(-*base, *exponent) : std::pow(*base, *exponent));
}

std::optional<std::uint32_t> asCode(std::string_view text)
{
    if (text.starts_with("0x") || text.starts_with("0X"))
        return whole<std::uint32_t>(text.substr(2), 16);
    if (text.starts_with("0b") || text.starts_with("0B"))
        return whole<std::uint32_t>(text.substr(2), 2);
    return std::nullopt;
}

} // namespace

Result<TypedNumber> readNumber(std::string_view text)
{
    const std::string_view number = trimmed(text);
    if (const auto code = asCode(number))
        return TypedNumber { 0, code };
    if (const auto value = decimal(number))
        return TypedNumber { *value, {} };
    if (const auto value = power(number))
        return TypedNumber { *value, {} };
    return fail(ErrorCode::InvalidArgument, fmt::format("Not a number: {}", text.substr(0, 100)));
}

} // namespace kerf::core
