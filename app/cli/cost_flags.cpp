// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/cost_flags.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "core/base/parse_number.h"

namespace kerf::cli {

using namespace kerf::core;

namespace {

/// An option and the input that it fills.
struct Field {
    const char* option;
    Assumption CostInputs::*input;
    const char* help;
};
constexpr std::array kFields { Field { "--price", &CostInputs::price, "Of a machine, an hour" },
    Field { "--machines-before", &CostInputs::machinesBefore, "Machines that serve the model as it is" },
    Field { "--machines-after", &CostInputs::machinesAfter, "Machines that serve the run" },
    Field { "--hours", &CostInputs::hours, "Hours in a month that a machine is on (720: always)" },
    Field { "--requests", &CostInputs::requests, "Requests a month" },
    Field { "--loss", &CostInputs::loss, "Share of right answers that are lost: 0.01 is one of a hundred" },
    Field { "--error-cost", &CostInputs::errorCost, "Of one wrong answer" },
    Field { "--calibration", &CostInputs::calibration, "Computing to make and choose the run, once" },
    Field { "--engineering", &CostInputs::engineering, "Hours of work, once" },
    Field { "--rate", &CostInputs::rate, "Of an hour of work" },
    Field { "--trial-days", &CostInputs::trialDays, "Days on which both versions serve" },
    Field { "--trial-machines", &CostInputs::trialMachines, "Machines for the second version in that time" },
    Field { "--maintenance", &CostInputs::maintenance, "Hours of work a month that the second version takes" },
    Field { "--storage", &CostInputs::storage, "Of both versions, a month" } };

constexpr const char* kPriceAfter = "--price-after";

Result<double> number(std::string_view text, const std::string& option)
{
    if (const auto value = parseNumber(text))
        return *value;
    return fail(ErrorCode::InvalidArgument, fmt::format("{}: \"{}\" is not a number.", option, text));
}

/// "0.012", or "0.002,0.012,0.022": low, value, high.
Result<Assumption> assumption(const std::string& text, const std::string& option)
{
    std::vector<double> values;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        KERF_TRY(values.emplace_back(), number(std::string_view(text).substr(begin, end - begin), option));
        begin = end + 1;
    }
    if (values.size() == 1)
        return Assumption::certain(values[0]);
    if (values.size() != 3)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: \"{}\" is neither a number nor LOW,VALUE,HIGH.", option, text));
    return Assumption { values[1], values[0], values[2] };
}

} // namespace

void CostFlags::add(CLI::App* verb)
{
    const auto addOne = [&](const char* flag, const char* help) {
        verb->add_option_function<std::string>(
                flag, [this, flag](const std::string& text) { typed[flag] = text; }, help)
            ->type_name("NUMBER|LOW,VALUE,HIGH");
    };
    for (const Field& field : kFields)
        addOne(field.option, field.help);
    addOne(kPriceAfter, "Of another machine, an hour; the same without");
}

Status CostFlags::fill(CostInputs& inputs) const
{
    const CostInputs usual;
    for (const Field& field : kFields) {
        const auto found = typed.find(field.option);
        if (found == typed.end())
            continue;
        inputs.*field.input = usual.*field.input;
        if (!found->second.empty()) {
            KERF_TRY(inputs.*field.input, assumption(found->second, field.option));
        }
    }
    if (const auto found = typed.find(kPriceAfter); found != typed.end()) {
        inputs.priceAfter.reset();
        if (!found->second.empty()) {
            KERF_TRY(inputs.priceAfter, assumption(found->second, kPriceAfter));
        }
    }
    return {};
}

} // namespace kerf::cli
