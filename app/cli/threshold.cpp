// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/threshold.h"

#include <charconv>

#include <fmt/format.h>

namespace kerf::cli {

using namespace kerf::core;

namespace {

bool holds(double value, const std::string& comparison, double number)
{
    if (comparison == "<=")
        return value <= number;
    if (comparison == "<")
        return value < number;
    if (comparison == ">=")
        return value >= number;
    if (comparison == ">")
        return value > number;
    return value == number;
}

std::string numericKeys(const Json& result)
{
    std::string keys;
    for (const auto& [key, value] : result.items())
        if (value.is_number())
            keys += (keys.empty() ? "" : ", ") + key;
    return keys;
}

} // namespace

Result<std::vector<Threshold>> parseThresholds(const std::vector<std::string>& texts)
{
    std::vector<Threshold> thresholds;
    for (const std::string& text : texts) {
        const std::size_t at = text.find_first_of("<>=");
        const std::size_t after = at == std::string::npos ? at : text.find_first_not_of("<>=", at);
        Threshold threshold;
        threshold.text = text;
        bool good = at != std::string::npos && at > 0 && after != std::string::npos;
        if (good) {
            threshold.key = text.substr(0, at);
            threshold.comparison = text.substr(at, after - at);
            const char* end = text.data() + text.size();
            const auto parsed = std::from_chars(text.data() + after, end, threshold.number);
            const std::string& c = threshold.comparison;
            good = parsed.ec == std::errc() && parsed.ptr == end
                && (c == "<=" || c == "<" || c == ">=" || c == ">" || c == "==");
        }
        if (!good)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("--require \"{}\" is not of the form KEY<=NUMBER (also <, >=, >, ==).", text));
        thresholds.push_back(std::move(threshold));
    }
    return thresholds;
}

Result<std::vector<std::string>> missedThresholds(const std::vector<Threshold>& thresholds, const Json& result)
{
    std::vector<std::string> missed;
    for (const Threshold& threshold : thresholds) {
        const auto found = result.find(threshold.key);
        if (found == result.end() || !found->is_number())
            return fail(ErrorCode::InvalidArgument,
                fmt::format("--require \"{}\": the result has no number \"{}\". It has: {}.", threshold.text,
                    threshold.key, numericKeys(result)));
        if (!holds(found->get<double>(), threshold.comparison, threshold.number))
            missed.push_back(
                fmt::format("{} is {:.6g}; required was {}.", threshold.key, found->get<double>(), threshold.text));
    }
    return missed;
}

} // namespace kerf::cli
