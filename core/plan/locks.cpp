// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/plan/locks.h"

#include <set>
#include <string_view>

#include <fmt/format.h>

#include "core/base/regex.h"

namespace kerf::core {

void keepLocked(const Plan& from, Plan& to)
{
    to.locked = from.locked;
    const std::set<std::string_view> names(from.locked.begin(), from.locked.end());
    for (const PlanLayer& row : from.layers) {
        if (!names.contains(row.layer))
            continue;
        if (PlanLayer* kept = to.find(row.layer))
            *kept = row;
    }
}

Result<int> setLocked(Plan& plan, const std::string& pattern, bool locked)
{
    const Result<Regex> regex = Regex::compile(pattern);
    if (!regex)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("\"{}\" is not a regular expression: {}", pattern, regex.error().message));
    const std::set<std::string> before(plan.locked.begin(), plan.locked.end());
    std::vector<std::string> now;
    int matched = 0;
    for (const PlanLayer& row : plan.layers) {
        KERF_TRY(const bool matches, regex->contains(row.layer));
        matched += matches;
        if (matches ? locked : before.contains(row.layer))
            now.push_back(row.layer);
    }
    if (matched == 0)
        return fail(ErrorCode::InvalidArgument, fmt::format("No layer's name matches \"{}\"", pattern));
    plan.locked = std::move(now);
    return matched;
}

} // namespace kerf::core
