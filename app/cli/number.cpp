// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/table.h"
#include "core/format/number_view.h"

namespace kerf::cli {

using namespace kerf::core;

namespace {

struct Options {
    std::vector<std::string> values;
    std::vector<std::string> through { "f32", "bf16", "f16", "fp8-e4m3" };
    double scale = 1;
    bool facts = false, grid = false;
};

/// Numbers that JSON has no way to write are words.
Json json(double number)
{
    if (std::isfinite(number))
        return number;
    return std::isnan(number) ? "nan" : number > 0 ? "inf" : "-inf";
}
template <class Number> Json json(const std::optional<Number>& number)
{
    return number ? Json(*number) : Json();
}

std::string codeText(const NumberView& view, std::uint32_t code)
{
    return fmt::format("0x{:0{}X}", code, (view.type().bits() + 3) / 4);
}

std::string bitsText(const NumberView& view, std::uint32_t code)
{
    std::string text;
    int at = view.type().bits();
    for (const BitField& field : view.type().fields()) {
        text += text.empty() ? "" : " ";
        for (int i = 0; i < field.bits; ++i)
            text += (code >> --at) & 1 ? '1' : '0';
    }
    return text;
}

Json json(const NumberView& view, const StoredNumber& step, double first)
{
    Json result { { "format", view.type().name }, { "wanted", json(step.wanted) }, { "value", json(step.value) },
        { "fate", fateName(step.fate) }, { "error", json(step.error()) },
        { "relative_error", json(step.relativeError()) }, { "total_error", json(step.value - first) },
        { "below", json(step.below) }, { "above", json(step.above) }, { "step", step.step } };
    result["code"] = step.code ? Json(*step.code) : Json();
    result["bits"] = step.code ? Json(bitsText(view, *step.code)) : Json();
    return result;
}

Json json(const NumberView& view, bool grid)
{
    const NumberFacts facts = view.facts();
    Json result { { "format", view.type().name }, { "title", view.type().title }, { "code_bits", view.type().bits() },
        { "bits_per_weight", view.type().bitsPerWeight() }, { "scale", view.scale() }, { "lowest", facts.lowest },
        { "largest", facts.largest }, { "smallest_normal", json(facts.smallestNormal) },
        { "smallest_step", facts.smallestStep }, { "significant_bits", json(facts.significantBits) },
        { "decimal_digits", json(facts.digits) }, { "finite_values", facts.finiteValues },
        { "nan_codes", facts.nanCodes }, { "infinity_codes", facts.infinityCodes } };
    if (grid && view.type().bits() <= 8)
        result["values"] = view.values();
    return result;
}

void addSteps(Outcome& outcome, const std::string& typed, double value, const std::vector<NumberView>& views)
{
    const std::vector<StoredNumber> steps = convertThrough(value, views);
    Table table({ "format", "code", "bits", "value", "error", "relative", "" });
    Json list = Json::array();
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const StoredNumber& step = steps[i];
        const auto relative = step.relativeError();
        table.add({ views[i].type().name, step.code ? codeText(views[i], *step.code) : "-",
            step.code ? bitsText(views[i], *step.code) : "-", fmt::format("{}", step.value),
            fmt::format("{:.9g}", step.error()), relative ? fmt::format("{:.3g} %", *relative * 100) : "-",
            fateName(step.fate) });
        list.push_back(json(views[i], step, value));
    }
    outcome.json["numbers"].push_back({ { "number", typed }, { "value", json(value) }, { "steps", list } });
    outcome.text += fmt::format("{}{}\n{}", outcome.text.empty() ? "" : "\n", typed, table.text());
}

void addFacts(Outcome& outcome, const std::vector<NumberView>& views, bool grid)
{
    Table table({ "format", "bits", "lowest", "largest", "smallest normal", "smallest step", "digits", "values" });
    for (const NumberView& view : views) {
        const NumberFacts facts = view.facts();
        table.add({ view.type().name, fmt::format("{:.4g}", view.type().bitsPerWeight()),
            fmt::format("{:.6g}", facts.lowest), fmt::format("{:.6g}", facts.largest),
            facts.smallestNormal ? fmt::format("{:.6g}", *facts.smallestNormal) : "-",
            fmt::format("{:.6g}", facts.smallestStep), facts.digits ? fmt::format("{:.1f}", *facts.digits) : "-",
            fmt::format("{}", facts.finiteValues) });
        outcome.json["formats"].push_back(json(view, grid));
    }
    outcome.text += table.text();
}

Result<Outcome> show(const Options& options)
{
    std::vector<NumberView> views;
    for (const std::string& name : options.through) {
        KERF_TRY(const NumberType type, findNumberType(name));
        views.emplace_back(type);
        if (type.scaleStorage() != ScaleStorage::None)
            KERF_CHECK(views.back().setScale(options.scale));
    }
    if (options.values.empty() && !options.facts && !options.grid)
        return fail(ErrorCode::InvalidArgument, "Give a number, or --facts for what the formats can hold.");
    Outcome outcome;
    if (options.facts || options.grid)
        addFacts(outcome, views, options.grid);
    for (const std::string& typed : options.values) {
        KERF_TRY(const TypedNumber number, readNumber(typed));
        if (number.code && *number.code > views.front().lastCode())
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{} is no code of {}: it has {} bits.", typed, views.front().type().title,
                    views.front().type().bits()));
        addSteps(outcome, typed, number.code ? views.front().decode(*number.code) : number.value, views);
    }
    return outcome;
}

} // namespace

void addNumber(CommandLine& line)
{
    CLI::App* verb = line.addVerb("number", "What a number becomes in a format, or through several",
        "  kerf-cli number 0.1 1234.567 --through f32 bf16 fp8-e4m3\n"
        "  kerf-cli number --through int4 nf4 mxfp4 --facts\n"
        "Numbers may be 2^-6, inf or nan; 0x1D and 0b11101 are codes of the first format. Before negative ones put "
        "--.");
    auto options = std::make_shared<Options>();
    verb->add_option("NUMBER", options->values, "Numbers, each taken through the formats from the start");
    verb->add_option("--through", options->through, "Formats, one after the other")->capture_default_str();
    verb->add_option("--scale", options->scale, "Scale of the formats that have one")->capture_default_str();
    verb->add_flag("--facts", options->facts, "Range, precision and steps of the formats");
    verb->add_flag("--values", options->grid, "The same, and in JSON all values of formats of up to 8 bits");
    line.onChosen(verb, [options](Invocation&) { return show(*options); });
}

} // namespace kerf::cli
