// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/decide/cost.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "core/base/optional_json.h"

namespace kerf::core {
namespace {

constexpr std::array kInputs { CostInput { "price", &CostInputs::price, true },
    CostInput { "machines_before", &CostInputs::machinesBefore, true },
    CostInput { "machines_after", &CostInputs::machinesAfter, true }, CostInput { "hours", &CostInputs::hours, true },
    CostInput { "requests", &CostInputs::requests, true }, CostInput { "loss", &CostInputs::loss },
    CostInput { "error_cost", &CostInputs::errorCost }, CostInput { "calibration", &CostInputs::calibration },
    CostInput { "engineering", &CostInputs::engineering }, CostInput { "rate", &CostInputs::rate },
    CostInput { "trial_days", &CostInputs::trialDays }, CostInput { "trial_machines", &CostInputs::trialMachines },
    CostInput { "maintenance", &CostInputs::maintenance }, CostInput { "storage", &CostInputs::storage } };

constexpr double kMost = 1e15; ///< of an input: products of three stay finite and exact to the cent in print

Status checkInput(const char* name, const Assumption& given, bool isPositive)
{
    const auto wrong
        = [&](const std::string& why) { return fail(ErrorCode::InvalidArgument, fmt::format("{}: {}.", name, why)); };
    const bool isLoss = std::string_view(name) == "loss"; // a run may be better than the original
    for (const double value : { given.value, given.low, given.high }) {
        if (!std::isfinite(value))
            return wrong("is not a number");
        if (std::abs(value) > kMost)
            return wrong(fmt::format("{:g} is more than can be reckoned with", value));
        if (value < 0 && !isLoss)
            return wrong(fmt::format("{:g} is below 0", value));
        if (isLoss && std::abs(value) > 1)
            return wrong(fmt::format("{:g} is a share: 0.01 is one of a hundred", value));
        if (value == 0 && isPositive)
            return wrong("is 0, so there is nothing to compare");
    }
    if (given.low > given.value || given.high < given.value)
        return wrong(fmt::format("{:g} is not between {:g} and {:g}", given.value, given.low, given.high));
    return {};
}

CostSwing swingOf(const char* name, const CostInputs& inputs, const std::function<Assumption&(CostInputs&)>& chosen)
{
    CostInputs other = inputs;
    const Assumption given = chosen(other);
    const auto at = [&](double value) {
        chosen(other) = Assumption::certain(value);
        return costSheet(other).year;
    };
    CostSwing swing { name, given.low, given.high, at(given.low), at(given.high), false };
    swing.decides = (swing.atLow < 0) != (swing.atHigh < 0);
    return swing;
}

} // namespace

std::span<const CostInput> costInputs()
{
    return kInputs;
}

Json toJson(const Assumption& given)
{
    return { given.low, given.value, given.high };
}

Assumption assumptionFrom(const Json& json)
{
    return { json.at(1).get<double>(), json.at(0).get<double>(), json.at(2).get<double>() };
}

Json toJson(const CostInputs& inputs)
{
    Json json = Json::object();
    for (const CostInput& input : kInputs)
        json[input.name] = toJson(inputs.*input.member);
    if (inputs.priceAfter)
        json["price_after"] = toJson(*inputs.priceAfter);
    return json;
}

CostInputs costInputsFrom(const Json& json)
{
    CostInputs inputs;
    for (const CostInput& input : kInputs)
        if (json.contains(input.name))
            inputs.*input.member = assumptionFrom(json.at(input.name));
    if (json.contains("price_after"))
        inputs.priceAfter = assumptionFrom(json.at("price_after"));
    return inputs;
}

Status checkCosts(const CostInputs& inputs)
{
    for (const CostInput& input : kInputs)
        KERF_CHECK(checkInput(input.name, inputs.*input.member, input.isPositive));
    return inputs.priceAfter ? checkInput("price_after", *inputs.priceAfter, true) : Status {};
}

Status checkGivenCosts(const CostInputs& inputs)
{
    for (const CostInput& input : kInputs)
        KERF_CHECK(checkInput(input.name, inputs.*input.member, false));
    return inputs.priceAfter ? checkInput("price_after", *inputs.priceAfter, true) : Status {};
}

CostSheet costSheet(const CostInputs& inputs)
{
    const double priceAfter = inputs.priceAfter ? inputs.priceAfter->value : inputs.price.value;
    constexpr double kHoursOfDay = 24, kMonths = 12;
    CostSheet sheet;
    sheet.before = inputs.price.value * inputs.machinesBefore.value * inputs.hours.value;
    sheet.after = priceAfter * inputs.machinesAfter.value * inputs.hours.value;
    sheet.saved = sheet.before - sheet.after;
    sheet.errors = inputs.requests.value * inputs.loss.value * inputs.errorCost.value;
    sheet.upkeep = inputs.maintenance.value * inputs.rate.value + inputs.storage.value;
    sheet.net = sheet.saved - sheet.errors - sheet.upkeep;
    sheet.once = inputs.calibration.value + inputs.engineering.value * inputs.rate.value
        + inputs.trialDays.value * kHoursOfDay * priceAfter * inputs.trialMachines.value;
    if (sheet.net > 0)
        sheet.breakEven = sheet.once / sheet.net;
    if (inputs.errorCost.value > 0)
        sheet.largestLoss = (sheet.saved - sheet.upkeep) / (inputs.requests.value * inputs.errorCost.value);
    sheet.year = kMonths * sheet.net - sheet.once;
    return sheet;
}

double CostSwing::length() const
{
    return std::abs(atHigh - atLow);
}

std::vector<CostSwing> costSwings(const CostInputs& inputs)
{
    std::vector<CostSwing> swings;
    for (const CostInput& input : kInputs)
        if (!(inputs.*input.member).isCertain())
            swings.push_back(
                swingOf(input.name, inputs, [&](CostInputs& other) -> Assumption& { return other.*input.member; }));
    if (inputs.priceAfter && !inputs.priceAfter->isCertain())
        swings.push_back(
            swingOf("price_after", inputs, [](CostInputs& other) -> Assumption& { return *other.priceAfter; }));
    std::ranges::stable_sort(swings, std::greater(), &CostSwing::length);
    return swings;
}

std::string withCurrency(const std::string& amount, const std::string& currency)
{
    const bool isWord = !currency.empty() && std::isalpha(static_cast<unsigned char>(currency.back()));
    return isWord ? amount + " " + currency : currency + amount;
}

double machinesFor(double before, double speedup, double utilization)
{
    constexpr double kRounding = 1e-9; // 3.0000000001 machines are three
    return std::max(1.0, std::ceil(before / (speedup * utilization) - kRounding));
}

Json toJson(const CostSheet& sheet, const std::vector<CostSwing>& swings)
{
    Json list = Json::array();
    for (const CostSwing& swing : swings)
        list.push_back({ { "input", swing.input }, { "low", swing.low }, { "high", swing.high },
            { "at_low", swing.atLow }, { "at_high", swing.atHigh }, { "decides", swing.decides } });
    return { { "before", sheet.before }, { "after", sheet.after }, { "saved", sheet.saved }, { "errors", sheet.errors },
        { "upkeep", sheet.upkeep }, { "net", sheet.net }, { "once", sheet.once },
        { "break_even_months", orNull(sheet.breakEven) }, { "largest_loss", orNull(sheet.largestLoss) },
        { "year", sheet.year }, { "swings", std::move(list) } };
}

} // namespace kerf::core
