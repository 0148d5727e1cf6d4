// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <array>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/run_text.h"
#include "app/cli/table.h"
#include "core/base/atomic_file.h"
#include "core/jobs/pareto_svg.h"
#include "core/jobs/run_ranks.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

/// What can stand across. A measured speed of whole tokens ranks nothing: it is of one moment.
enum class XValue { SpeedRatio, Decode, Prefill, Size, Bits };
struct XAxis {
    const char* key;
    const char* label;
    XValue value;
    std::optional<FrontX> ranks;
};
constexpr std::array<XAxis, 5> kXAxes { {
    { "speed_ratio", "decode speed, times the original's (bars: 95 % of later sittings)", XValue::SpeedRatio,
        FrontX::Speed },
    { "decode_tokens_per_second", "decode speed, tokens/s (bars: 95 % of later sittings)", XValue::Decode,
        FrontX::Speed },
    { "prefill_tokens_per_second", "prefill speed, tokens/s, measured once", XValue::Prefill, std::nullopt },
    { "size_bytes", "size, bytes", XValue::Size, FrontX::Size },
    { "bits_per_weight", "bits per weight", XValue::Bits, FrontX::Bits },
} };

struct Options {
    std::string x;
    std::string y; ///< empty: the divergence that the runs are measured by
    fs::path svg;
    fs::path csv;
};

template <class Axis, std::size_t N> Result<Axis> findAxis(const std::array<Axis, N>& axes, const std::string& name)
{
    std::string known;
    for (const Axis& axis : axes) {
        if (name == axis.key)
            return axis;
        known += fmt::format("{}{}", known.empty() ? "" : ", ", axis.key);
    }
    return fail(ErrorCode::InvalidArgument, fmt::format("\"{}\" cannot be an axis; there are {}.", name, known));
}

/// Errors: InvalidArgument, listing those that exist.
Result<FrontY> findUp(const std::string& name)
{
    std::string known;
    for (int y = 0; y < kFrontYs; ++y) {
        const char* metric = frontMetric(static_cast<FrontY>(y)).name;
        if (name == metric)
            return static_cast<FrontY>(y);
        known += fmt::format("{}{}", known.empty() ? "" : ", ", metric);
    }
    return fail(ErrorCode::InvalidArgument, fmt::format("\"{}\" cannot be an axis; there are {}.", name, known));
}

/// Sets x and its bar. False when the run has no such value.
bool setAcross(FigurePoint& point, const RunRow& run, const std::optional<SpeedFigure>& figure, const XAxis& x)
{
    if (x.value == XValue::SpeedRatio || x.value == XValue::Decode) {
        if (!figure)
            return false;
        const bool isRatio = x.value == XValue::SpeedRatio;
        point.x = isRatio ? figure->ratio : figure->tokensPerSecond;
        const auto& interval = isRatio ? figure->ratioInterval : figure->tokensInterval;
        point.xLow = interval ? interval->low : point.x;
        point.xHigh = interval ? interval->high : point.x;
        return true;
    }
    const Metric* metric = run.metric(x.key);
    if (!metric)
        return false;
    point.x = point.xLow = point.xHigh = metric->value;
    return true;
}

ParetoFigure figureOf(const std::vector<RunRow>& runs, const RunRanks& ranks, const XAxis& x)
{
    ParetoFigure figure { "Kerf: measured runs and their Pareto front", x.label, upLabel(ranks.y, runs), {}, {} };
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const Metric* up = runs[i].metric(frontMetric(ranks.y).name);
        FigurePoint point;
        if (!up || !setAcross(point, runs[i], ranks.figures[i], x))
            continue;
        point.label = runs[i].name;
        point.y = up->value;
        point.yError = up->standardError.value_or(0);
        point.standing = x.ranks ? ranks.ranks[i].standing : Standing::None;
        figure.points.push_back(std::move(point));
    }
    return figure;
}

std::string quoted(const std::string& text)
{
    std::string out = "\"";
    for (const char c : text)
        out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
}

std::string csvText(const ParetoFigure& figure, const XAxis& x, const char* y)
{
    std::string text = fmt::format("name,{0},{0}_low,{0}_high,{1},{1}_stderr,on_front\n", x.key, y);
    for (const FigurePoint& point : figure.points)
        text += fmt::format("{},{:.17g},{:.17g},{:.17g},{:.17g},{:.17g},{}\n", quoted(point.label), point.x, point.xLow,
            point.xHigh, point.y, point.yError, point.standing == Standing::Front ? 1 : 0);
    return text;
}

std::string crossCell(const FigurePoint& point)
{
    return point.xHigh > point.xLow ? fmt::format("{:.6g} ({:.4g}–{:.4g})", point.x, point.xLow, point.xHigh)
                                    : fmt::format("{:.6g}", point.x);
}

Outcome describe(const ParetoFigure& figure, const RunRanks& ranks, const XAxis& x)
{
    const char* y = frontMetric(ranks.y).name;
    Outcome outcome;
    outcome.json = { { "x", x.key }, { "y", y }, { "points", Json::array() } };
    Table table({ "", "run", x.key, y });
    for (const FigurePoint& point : figure.points) {
        Json json { { "name", point.label }, { "x", point.x }, { "x_low", point.xLow }, { "x_high", point.xHigh },
            { "y", point.y }, { "y_stderr", point.yError }, { "on_front", point.standing == Standing::Front } };
        json["undecided"] = point.standing == Standing::Undecided;
        outcome.json["points"].push_back(std::move(json));
        table.add({ markOf(point.standing), point.label, crossCell(point), fmt::format("{:.6g}", point.y) });
    }
    outcome.text = table.text()
        + (x.ranks
                ? legendOf(ranks, shortName(ranks.y))
                : "No front: prefill was measured once for each run, with the machine's mood of the moment in it.\n");
    return outcome;
}

Result<Outcome> pareto(const Options& options, Invocation& invocation)
{
    KERF_TRY(const Workspace workspace, invocation.openExisting());
    KERF_TRY(const std::vector<RunRow> runs, workspace.runs());
    KERF_TRY(const WorkspaceSpeeds speeds, loadSpeeds(workspace));
    KERF_TRY(const FrontY y, options.y.empty() ? Result<FrontY>(divergenceAxis(runs)) : findUp(options.y));
    std::optional<FrontX> wanted;
    if (!options.x.empty()) {
        KERF_TRY(const XAxis chosen, findAxis(kXAxes, options.x));
        wanted = chosen.ranks.value_or(FrontX::Size);
    }
    const RunRanks ranks = rankRuns(runs, speeds, wanted, y);
    KERF_TRY(const XAxis x, findAxis(kXAxes, options.x.empty() ? axisKey(ranks.x) : options.x));
    ParetoFigure figure = figureOf(runs, ranks, x);
    if (options.x.empty() && ranks.speeds != SpeedRanking::Ranked)
        figure.note = "By size: speeds do not rank these runs.";
    if (figure.points.empty())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("No run has both {} and {} yet: kerf-cli evaluate and kerf-cli bench measure them.", x.key,
                frontMetric(y).name));
    Outcome outcome = describe(figure, ranks, x);
    if (!options.svg.empty()) {
        KERF_CHECK(writeFileAtomically(options.svg, paretoSvg(figure)));
        outcome.json["svg"] = options.svg.string();
    }
    if (!options.csv.empty()) {
        KERF_CHECK(writeFileAtomically(options.csv, csvText(figure, x, frontMetric(y).name)));
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
            "speed_ratio, decode_tokens_per_second, prefill_tokens_per_second, size_bytes or bits_per_weight (default: "
            "speed_ratio where speeds rank the runs, else size_bytes)")
        ->type_name("METRIC");
    verb->add_option("--y", options->y,
            "perplexity, acc, exact_match, answer_f1, accuracy, f1_macro, entity_f1, spearman, …; the divergence from "
            "the "
            "original unless given")
        ->type_name("METRIC");
    verb->add_option("--svg", options->svg, "Write a picture")->type_name("FILE.svg");
    verb->add_option("--csv", options->csv, "Write the numbers")->type_name("FILE.csv");
    line.onChosen(verb, [options](Invocation& invocation) { return pareto(*options, invocation); });
}

} // namespace kerf::cli
