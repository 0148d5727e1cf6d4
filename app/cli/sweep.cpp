// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/data_flags.h"
#include "app/cli/job_checks_text.h"
#include "app/cli/plan_parts.h"
#include "app/cli/plan_summary.h"
#include "app/cli/run_text.h"
#include "app/cli/table.h"
#include "core/jobs/job.h"
#include "core/jobs/measure_run.h"
#include "core/jobs/sweep_job.h"
#include "core/solve/solver.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Options {
    fs::path model;
    std::vector<std::string> formats;
    std::vector<std::string> methods;
    std::vector<std::string> presets;
    std::vector<std::string> plans;
    std::vector<double> bits;
    bool sequential = false;
    bool noBench = false;
    DataChoice calibration;
    DataChoice text;
    ThroughputOptions bench;
    SettingFlags settings;
    bool requantize = false;
    bool isDryRun = false;
};

/// The solver's plans for the wanted budgets, each with every method.
Status addSolved(const Options& options, const Invocation& invocation, const Project& project,
    const MethodSettings& settings, std::vector<Plan>& plans)
{
    if (options.bits.empty())
        return {};
    KERF_TRY(const Profile profile, neededProfile(project, invocation));
    for (const double bits : options.bits)
        for (const std::string& method : options.methods) {
            KERF_TRY(Plan base,
                uniformPlan(*project.model.network, fmt::format("{} mixed {}", method, bits), "bf16", method));
            base.settings = settings;
            base.mode = options.sequential ? QuantizeMode::Sequential : QuantizeMode::Independent;
            SolveOptions wanted;
            wanted.bitsPerWeight = bits;
            KERF_TRY(Plan plan, solvePlan(profile, *project.model.network, project.otherBytes, wanted, base));
            plans.push_back(std::move(plan));
        }
    return {};
}

Result<std::vector<Plan>> choosePlans(const Options& options, const Invocation& invocation, const Project& project)
{
    KERF_TRY(const MethodSettings settings, settingsOf(options.settings));
    const QuantizeMode mode = options.sequential ? QuantizeMode::Sequential : QuantizeMode::Independent;
    KERF_TRY(std::vector<Plan> plans,
        sweepPlans(*project.model.network, splitList(options.formats), options.methods, mode, settings));
    KERF_CHECK(addSolved(options, invocation, project, settings, plans));
    for (const std::string& name : options.presets) {
        PresetFlags flags;
        flags.name = name;
        KERF_TRY(PresetPlan made, presetPlanOf(flags, invocation, project));
        plans.push_back(std::move(made.plan));
    }
    for (const std::string& name : options.plans) {
        KERF_TRY(Plan plan, findPlan(invocation, project, name));
        plans.push_back(std::move(plan));
    }
    return plans;
}

Result<Outcome> describe(const Workspace& workspace, const std::vector<SweepItem>& items)
{
    Outcome outcome;
    Table table({ "run", "name", "state", "bits", "size", "divergence", "perplexity", "decode/s", "x original" });
    Json rows = Json::array();
    int failed = 0;
    for (const SweepItem& item : items) {
        if (item.state != SweepState::Done) {
            ++failed;
            rows.push_back({ { "name", item.name }, { "state", "failed" }, { "error", item.error } });
            table.add({ "-", item.name, "failed", "-", "-", "-", "-", "-", "-" });
            continue;
        }
        KERF_TRY(const RunRow run, workspace.run(std::to_string(item.run)));
        KERF_TRY(const ModelSpeeds speeds, loadSpeeds(workspace, run.model));
        const std::optional<SpeedFigure> figure = speeds.figure(run.plan);
        KERF_TRY(Json row, runJson(workspace, run));
        addSpeed(row, figure);
        rows.push_back(std::move(row));
        const Metric* size = run.metric("size_bytes");
        table.add({ std::to_string(run.id), run.name, "done", metricCell(run, "bits_per_weight", 3),
            size ? sizeText(static_cast<std::int64_t>(size->value)) : "-", divergenceCell(run),
            metricCell(run, "perplexity", 3), decodeCell(figure), ratioCell(figure) });
    }
    outcome.json
        = { { "runs", std::move(rows) }, { "done", static_cast<int>(items.size()) - failed }, { "failed", failed } };
    outcome.text = table.text();
    for (const SweepItem& item : items)
        if (!item.error.empty())
            outcome.text += fmt::format("{}: {}\n", item.name, item.error);
    outcome.failed = failed > 0;
    return outcome;
}

Result<Outcome> sweep(Options options, Invocation& invocation)
{
    KERF_TRY(Workspace workspace, invocation.openWorkspace());
    invocation.warnIfReadOnly(workspace);
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model, options.requantize));
    options.methods = splitList(options.methods);
    SweepJob job;
    KERF_TRY(job.plans, choosePlans(options, invocation, *project));
    job.calibration = options.calibration;
    job.seed = invocation.options().seed;
    if (!options.text.files.empty()) {
        options.text.window = options.calibration.window;
        options.text.field = options.calibration.field;
        job.measures = RunMeasures { options.text,
            options.noBench ? std::nullopt : std::optional<ThroughputOptions>(options.bench) };
    }
    if (options.isDryRun)
        return describeChecks(*project, workspace, job, invocation);
    job.changed = [&](std::size_t index, const SweepItem& item) {
        if (item.state == SweepState::Done)
            invocation.job().log(
                LogLevel::Info, fmt::format("{} of {}: {} is done.", index + 1, job.plans.size(), item.name));
    };
    KERF_TRY(const std::vector<SweepItem> items, runJob(*project, workspace, job, invocation.job()));
    return describe(workspace, items);
}

} // namespace

void addSweep(CommandLine& line)
{
    CLI::App* verb = line.addVerb("sweep", "Carry many plans out, one after the other, onto the Pareto chart",
        "  kerf-cli sweep MODEL --formats int3-g64,int4-g128 --methods rtn,gptq --calibration text.txt --text "
        "other.txt "
        "-w work.kerf\n"
        "  kerf-cli sweep MODEL --preset 'GPTQModel default' --preset 'llm-compressor W4A16' --calibration text.txt "
        "--text other.txt -w work.kerf\n"
        "The same command again after a crash or a stop goes on where it was. A plan that fails is told and the next\n"
        "one follows; the exit code is then 1.");
    auto options = std::make_shared<Options>();
    options->methods = { "gptq" };
    options->text.samples = 0;
    options->bench.prompt = 128;
    options->bench.generate = 32;
    verb->add_option("MODEL", options->model, "Model folder")->required();
    verb->add_option("--formats", options->formats, "Formats, each with every method, separated by commas")
        ->type_name("LIST");
    verb->add_option("--methods", options->methods, "Methods, separated by commas")
        ->capture_default_str()
        ->type_name("LIST");
    verb->add_option("--bits-per-weight", options->bits, "The solver's plans for these budgets, with every method")
        ->check(CLI::PositiveNumber)
        ->delimiter(',')
        ->type_name("LIST");
    verb->add_option("--preset", options->presets, "Settings by a tool's name; may be repeated")
        ->take_all()
        ->expected(1)
        ->type_name("PRESET");
    verb->add_option("--plan", options->plans, "Plan files, or names of plans in the workspace; may be repeated")
        ->take_all()
        ->expected(1)
        ->type_name("PLAN");
    verb->add_flag(
        "--sequential", options->sequential, "Fit every layer to the inputs from the quantized layers before it");
    addCalibration(verb, options->calibration, false);
    addSettings(verb, options->settings);
    addRequantize(verb, options->requantize);
    addDryRun(verb, options->isDryRun);
    verb->add_option("--text", options->text.files, "Texts to evaluate each run on; without them runs are only made")
        ->type_name("FILE...");
    verb->add_option("--text-samples", options->text.samples, "Windows of the texts to evaluate on; 0 = all")
        ->check(CLI::NonNegativeNumber)
        ->type_name("N");
    verb->add_flag("--no-bench", options->noBench, "Do not measure speed");
    line.addRequire(verb);
    line.onChosen(verb, [options](Invocation& invocation) { return sweep(*options, invocation); });
}

} // namespace kerf::cli
