// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/pareto_svg.h"
#include "app/cli/table.h"
#include "core/base/atomic_file.h"
#include "core/evaluate/pareto.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct AxisChoice {
    const char* metric;
    const char* label;
    bool moreIsBetter;
};
constexpr std::array<AxisChoice, 4> kXAxes { { { "decode_tokens_per_second", "decode speed, tokens/s", true },
    { "prefill_tokens_per_second", "prefill speed, tokens/s", true }, { "size_bytes", "size, bytes", false },
    { "bits_per_weight", "bits per weight", false } } };
constexpr std::array<AxisChoice, 2> kYAxes { { { "kld_mean", "KL divergence from the original, nats/token", false },
    { "perplexity", "perplexity", false } } };

struct Options {
    std::string x;
    std::string y = "kld_mean";
    fs::path svg;
    fs::path csv;
};

template <std::size_t N> Result<AxisChoice> findAxis(const std::array<AxisChoice, N>& axes, const std::string& name)
{
    std::string known;
    for (const AxisChoice& axis : axes) {
        if (name == axis.metric)
            return axis;
        known += fmt::format("{}{}", known.empty() ? "" : ", ", axis.metric);
    }
    return fail(ErrorCode::InvalidArgument, fmt::format("\"{}\" cannot be an axis; there are {}.", name, known));
}

/// Speed when every run that could be on the chart has one, else size.
std::string defaultX(const std::vector<RunRow>& runs, const std::string& y)
{
    const bool allHaveSpeed = std::all_of(runs.begin(), runs.end(),
        [&](const RunRow& run) { return !run.metric(y) || run.metric("decode_tokens_per_second"); });
    return allHaveSpeed ? "decode_tokens_per_second" : "size_bytes";
}

Chart chartOf(const std::vector<RunRow>& runs, const AxisChoice& x, const AxisChoice& y)
{
    Chart chart { "Kerf: measured runs and their Pareto front", x.label, y.label, {} };
    std::vector<double> good, bad;
    for (const RunRow& run : runs) {
        const Metric* across = run.metric(x.metric);
        const Metric* up = run.metric(y.metric);
        if (!across || !up)
            continue;
        chart.points.push_back({ run.name, across->value, across->standardError.value_or(0), up->value,
            up->standardError.value_or(0), false });
        good.push_back(x.moreIsBetter ? across->value : -across->value);
        bad.push_back(up->value);
    }
    for (const std::size_t index : paretoFront(good, bad))
        chart.points[index].onFront = true;
    return chart;
}

std::string quoted(const std::string& text)
{
    std::string out = "\"";
    for (const char c : text)
        out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
}

std::string csvText(const Chart& chart, const AxisChoice& x, const AxisChoice& y)
{
    std::string text = fmt::format("name,{0},{0}_stderr,{1},{1}_stderr,on_front\n", x.metric, y.metric);
    for (const ChartPoint& point : chart.points)
        text += fmt::format("{},{:.17g},{:.17g},{:.17g},{:.17g},{}\n", quoted(point.label), point.x, point.xError,
            point.y, point.yError, point.onFront ? 1 : 0);
    return text;
}

Outcome describe(const Chart& chart, const AxisChoice& x, const AxisChoice& y)
{
    Outcome outcome;
    outcome.json = { { "x", x.metric }, { "y", y.metric }, { "points", Json::array() } };
    Table table({ "", "run", x.metric, y.metric });
    for (const ChartPoint& point : chart.points) {
        outcome.json["points"].push_back({ { "name", point.label }, { "x", point.x }, { "x_stderr", point.xError },
            { "y", point.y }, { "y_stderr", point.yError }, { "on_front", point.onFront } });
        table.add(
            { point.onFront ? "*" : "", point.label, fmt::format("{:.6g}", point.x), fmt::format("{:.6g}", point.y) });
    }
    outcome.text = table.text() + "* on the Pareto front\n";
    return outcome;
}

Result<Outcome> pareto(const Options& options, Session& session)
{
    KERF_TRY(const Workspace workspace, session.openExisting());
    KERF_TRY(const std::vector<RunRow> runs, workspace.runs());
    KERF_TRY(const AxisChoice y, findAxis(kYAxes, options.y));
    KERF_TRY(const AxisChoice x, findAxis(kXAxes, options.x.empty() ? defaultX(runs, options.y) : options.x));
    const Chart chart = chartOf(runs, x, y);
    if (chart.points.empty())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("No run has both {} and {} yet: kerf-cli evaluate and kerf-cli bench measure them.", x.metric,
                y.metric));
    Outcome outcome = describe(chart, x, y);
    if (!options.svg.empty()) {
        KERF_CHECK(writeFileAtomically(options.svg, paretoSvg(chart)));
        outcome.json["svg"] = options.svg.string();
    }
    if (!options.csv.empty()) {
        KERF_CHECK(writeFileAtomically(options.csv, csvText(chart, x, y)));
        outcome.json["csv"] = options.csv.string();
    }
    return outcome;
}

} // namespace

void addPareto(CommandLine& line)
{
    CLI::App* verb = line.addVerb("pareto", "Which runs no other run beats, as a table, a picture or numbers",
        "  kerf-cli pareto --svg pareto.svg -w work.kerf\n  kerf-cli pareto --x size_bytes --y perplexity --csv "
        "pareto.csv -w work.kerf");
    auto options = std::make_shared<Options>();
    verb->add_option("--x", options->x,
            "decode_tokens_per_second, prefill_tokens_per_second, size_bytes or bits_per_weight (default: decode speed "
            "where "
            "all runs have it, else size)")
        ->type_name("METRIC");
    verb->add_option("--y", options->y, "kld_mean or perplexity")->capture_default_str()->type_name("METRIC");
    verb->add_option("--svg", options->svg, "Write a picture")->type_name("FILE.svg");
    verb->add_option("--csv", options->csv, "Write the numbers")->type_name("FILE.csv");
    line.onChosen(verb, [options](Session& session) { return pareto(*options, session); });
}

} // namespace kerf::cli
