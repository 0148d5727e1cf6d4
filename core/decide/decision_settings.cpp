// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/decide/decision_settings.h"

#include <array>

#include <fmt/format.h>

#include "core/base/unicode.h"
#include "core/decide/requirement.h"

namespace kerf::core {
namespace {

constexpr double kMostMemory = 1e6, kMostAmount = 1e15;
constexpr std::int64_t kMostTokens = std::int64_t { 1 } << 24;
constexpr int kMostCards = 1024;

Result<Tolerance> toleranceNamed(const std::string& name)
{
    for (const Tolerance tolerance : kTolerances)
        if (name == toleranceName(tolerance))
            return tolerance;
    return fail(ErrorCode::InvalidArgument, fmt::format("tolerance: \"{}\" is none of strict, normal, loose.", name));
}

Status checkRange(const char* name, double value, double least, double most)
{
    if (value >= least && value <= most) // false of what is no number
        return {};
    return fail(
        ErrorCode::InvalidArgument, fmt::format("{}: {:g} is not between {:g} and {:g}.", name, value, least, most));
}

/// The settings are kept as JSON, which is UTF-8.
Status checkText(const char* name, const std::string& text)
{
    const auto bad = findInvalidUtf8(text);
    if (!bad)
        return {};
    return fail(ErrorCode::InvalidArgument,
        fmt::format("{}: \"{}\" is not UTF-8: byte {} is not valid there. Give it in UTF-8.", name,
            replaceInvalidUtf8(text), *bad));
}

} // namespace

Status checkDecision(const DecisionSettings& settings)
{
    KERF_CHECK(checkText("currency", settings.currency));
    KERF_CHECK(checkText("devices", settings.devices.string()));
    KERF_CHECK(checkRange("memory", settings.memory, 0, kMostMemory));
    KERF_CHECK(checkRange("cards", settings.cards, 1, kMostCards));
    KERF_CHECK(checkRange("context", static_cast<double>(settings.use.context), 1, kMostTokens));
    KERF_CHECK(checkRange("batch", static_cast<double>(settings.use.batch), 1, kMostTokens));
    KERF_CHECK(checkRange("instead_machines", settings.insteadMachines, 0, kMostAmount));
    KERF_CHECK(checkRange("instead_price", settings.insteadPrice, 0, kMostAmount));
    if (settings.loss)
        for (const double share : { settings.loss->low, settings.loss->value, settings.loss->high })
            KERF_CHECK(checkRange("loss", share, -1, 1));
    KERF_CHECK(parseCacheFormat(settings.cache));
    for (const std::string& requirement : settings.requirements)
        KERF_CHECK(parseRequirement(requirement));
    return checkGivenCosts(settings.costs);
}

Json toJson(const DecisionSettings& settings)
{
    return { { "run", settings.run }, { "device", settings.device }, { "devices", settings.devices.string() },
        { "memory", settings.memory }, { "cards", settings.cards }, { "context", settings.use.context },
        { "batch", settings.use.batch }, { "cache", settings.cache },
        { "tolerance", toleranceName(settings.tolerance) }, { "high_stakes", settings.isHighStakes },
        { "requirements", settings.requirements }, { "costs", toJson(settings.costs) },
        { "loss", settings.loss ? toJson(*settings.loss) : Json() }, { "instead_machines", settings.insteadMachines },
        { "instead_price", settings.insteadPrice }, { "currency", settings.currency } };
}

Result<DecisionSettings> decisionSettingsFromJson(const Json& json, const std::string& what)
{
    const DecisionSettings usual;
    DecisionSettings settings;
    try {
        settings.run = json.value("run", usual.run);
        settings.device = json.value("device", usual.device);
        settings.devices = json.value("devices", std::string());
        settings.memory = json.value("memory", usual.memory);
        settings.cards = json.value("cards", usual.cards);
        settings.use = { json.value("context", usual.use.context), json.value("batch", usual.use.batch) };
        settings.cache = json.value("cache", usual.cache);
        KERF_TRY(
            settings.tolerance, toleranceNamed(json.value("tolerance", std::string(toleranceName(usual.tolerance)))));
        settings.isHighStakes = json.value("high_stakes", usual.isHighStakes);
        settings.requirements = json.value("requirements", usual.requirements);
        settings.costs = costInputsFrom(json.value("costs", Json::object()));
        if (const auto loss = json.find("loss"); loss != json.end() && !loss->is_null())
            settings.loss = assumptionFrom(*loss);
        settings.insteadMachines = json.value("instead_machines", usual.insteadMachines);
        settings.insteadPrice = json.value("instead_price", usual.insteadPrice);
        settings.currency = json.value("currency", usual.currency);
    } catch (const Json::exception& error) {
        return fail(
            ErrorCode::BadFile, fmt::format("{}: the settings of the decision cannot be read: {}", what, error.what()));
    }
    if (const auto checked = checkDecision(settings); !checked)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: the settings of the decision cannot be used: {}", what, checked.error().message));
    return settings;
}

} // namespace kerf::core
