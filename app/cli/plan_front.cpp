// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <chrono>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "app/cli/plan_parts.h"
#include "app/cli/plan_summary.h"
#include "app/cli/table.h"
#include "core/base/number_text.h"
#include "core/jobs/speed_job.h"
#include "core/solve/plan_front.h"
#include "core/task/task.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Options {
    fs::path model;
    MakingFlags making;
    LimitFlags limits;
    int budgets = kFrontBudgets;
    int take = 0;
    bool bySpeed = false;
};

Json pointJson(const FrontPoint& point, const std::optional<SpeedFigure>& speed)
{
    Json json { { "name", point.plan.name }, { "bits_per_weight", point.size.bitsPerWeight },
        { "size_bytes", point.size.sizeBytes }, { "predicted_kld", point.kld.kld },
        { "predicted_kld_stderr", point.kld.stderr_ }, { "plan", toJson(point.plan) } };
    if (speed) {
        json["predicted_tokens_per_second"] = speed->tokensPerSecond;
        json["predicted_speed_ratio"] = speed->ratio;
    }
    return json;
}

Outcome describe(const std::vector<FrontPoint>& front, const ModelSpeeds& speeds, const Task& task)
{
    Outcome outcome;
    outcome.json["front"] = Json::array();
    Table table({ "", "plan", "bits", "size", "predicted " + task.divergenceName(), "tokens/s" });
    int number = 0;
    for (const FrontPoint& point : front) {
        const auto speed = speeds.figure(point.plan);
        outcome.json["front"].push_back(pointJson(point, speed));
        table.add({ std::to_string(++number), point.plan.name, fmt::format("{:.3f}", point.size.bitsPerWeight),
            sizeText(point.size.sizeBytes), measuredText(point.kld.kld, point.kld.stderr_),
            speed ? numberText(speed->tokensPerSecond) : "-" });
    }
    outcome.text = table.text();
    return outcome;
}

Result<Outcome> front(const Options& options, Invocation& invocation)
{
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model));
    KERF_TRY(const Profile profile, solverProfile(*project, invocation));
    KERF_TRY(Workspace workspace, invocation.openWorkspace());
    KERF_TRY(const RowId model, registerModel(*project, workspace));
    SolveOptions limits = limitsOf(options.limits, profile, invocation);
    DecodeTimes times;
    if (options.bySpeed) {
        KERF_TRY(times,
            runDecodeTimes(
                *project, workspace, limits.formats.empty() ? profile.formats : limits.formats, invocation.job()));
        limits.times = &times;
    }
    KERF_TRY(const Plan base, basePlan(options.making, invocation, *project, "mixed"));
    const auto begin = std::chrono::steady_clock::now();
    KERF_TRY(const std::vector<FrontPoint> points,
        planFront(profile, *project->model.network, project->otherBytes, limits,
            options.bySpeed ? FrontCost::Time : FrontCost::Bytes, base, invocation.job(), options.budgets));
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    KERF_TRY(const ModelSpeeds speeds, loadSpeeds(workspace, model));
    Outcome outcome = describe(points, speeds, *nearestTask(*project->model.network));
    outcome.json["seconds"] = seconds;
    if (options.take == 0)
        return outcome;
    if (options.take > std::ssize(points))
        return fail(
            ErrorCode::InvalidArgument, fmt::format("--take {}: the front has {} plans.", options.take, points.size()));
    Plan taken = points[static_cast<std::size_t>(options.take) - 1].plan;
    if (!options.making.name.empty())
        taken.name = options.making.name;
    KERF_TRY(const Outcome kept, finishPlan(options.making.out, invocation, *project, taken));
    outcome.json["taken"] = kept.json;
    outcome.text += "\n" + kept.text;
    return outcome;
}

} // namespace

void addPlanFront(CommandLine& line, CLI::App* plan)
{
    CLI::App* verb = line.addVerb("front", "The predicted front: the solver's plans for a range of budgets",
        "  kerf-cli plan front MODEL -w work.kerf\n"
        "  kerf-cli plan front MODEL --take 5 --out plan.json -w work.kerf      the fifth becomes a plan\n"
        "  kerf-cli plan front MODEL --by-speed -w work.kerf                    budgets of time, on this machine",
        plan);
    const auto options = std::make_shared<Options>();
    verb->add_option("MODEL", options->model, "Model folder")->required();
    verb->add_option("--budgets", options->budgets, "How many, from the smallest plan to the best quantized one")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str()
        ->type_name("N");
    verb->add_flag("--by-speed", options->bySpeed, "Budgets of seconds a token instead of bytes");
    verb->add_option("--take", options->take, "Keep the plan of this number")
        ->check(CLI::PositiveNumber)
        ->type_name("N");
    addLimits(verb, options->limits, options->making);
    addMaking(verb, options->making);
    line.onChosen(verb, [options](Invocation& invocation) { return front(*options, invocation); });
}

} // namespace kerf::cli
