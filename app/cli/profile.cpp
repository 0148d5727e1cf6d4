// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <chrono>
#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/data_flags.h"
#include "app/cli/job_checks_text.h"
#include "app/cli/run_text.h"
#include "app/cli/table.h"
#include "core/base/number_text.h"
#include "core/base/regex.h"
#include "core/jobs/cells_job.h"
#include "core/jobs/job.h"
#include "core/jobs/methods_job.h"
#include "core/jobs/prediction_trust.h"
#include "core/jobs/profile_job.h"
#include "core/profile/expert_coverage.h"
#include "core/profile/prediction_fit.h"
#include "core/task/task.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Options {
    fs::path model;
    ProfileJob job;
    std::vector<std::string> formats;
    std::vector<std::string> kv;
    std::string measure = "kld";
    std::vector<std::string> cells;
    std::vector<std::string> methods = defaultComparedMethods();
    std::vector<std::string> moreMethods;
    int check = 0;
    std::string checkMethod;
    bool checkSequential = false;
    DataChoice text;
    SettingFlags settings;
    bool requantize = false;
    bool isDryRun = false;
};

/// One row a layer, one column a format: predicted KL divergence, or the relative output error it comes from.
std::string profileTable(const Profile& profile, const std::string& measure)
{
    std::vector<std::string> heads { "layer" };
    heads.insert(heads.end(), profile.formats.begin(), profile.formats.end());
    if (measure == "hessian")
        heads.push_back("tr(H)");
    else
        heads.push_back("slope");
    Table table(heads);
    for (const LayerProfile& layer : profile.layers) {
        std::vector<std::string> cells { layer.layer };
        for (const std::string& format : profile.formats) {
            const auto error = layer.relativeError.find(format);
            const auto predicted = predictLayer(profile, layer.layer, format);
            if (error == layer.relativeError.end() || !predicted)
                cells.push_back("-");
            else
                cells.push_back(numberText(measure == "hessian" ? error->second : predicted->kld));
        }
        cells.push_back(
            measure == "hessian" ? numberText(layer.hessianTrace, 4) : measuredText(layer.slope, layer.slopeStderr));
        table.add(cells);
    }
    return table.text();
}

/// One row a block, one column a cache format: measured KL divergence of that block's cache alone.
std::string cacheTable(const Profile& profile)
{
    std::vector<std::string> heads { "block" };
    for (const auto& [format, measured] : profile.caches.front())
        heads.push_back(format);
    Table table(heads);
    for (std::size_t block = 0; block < profile.caches.size(); ++block) {
        std::vector<std::string> cells { std::to_string(block) };
        for (const auto& [format, measured] : profile.caches[block])
            cells.push_back(measuredText(measured.kld, measured.stderr_));
        table.add(cells);
    }
    return "\nKL divergence with one block's key/value cache quantized, nats a token\n\n" + table.text();
}

/// Predicted divergence of a plan with all layers in one format, by each compared method beside the profile's own.
std::string methodTable(const Profile& profile)
{
    std::vector<std::string> heads { "method" };
    heads.insert(heads.end(), profile.formats.begin(), profile.formats.end());
    Table table(heads);
    const std::shared_ptr<const PredictionFit> fit = fitOf(profile);
    for (const MethodProfile& method : profile.methods) {
        Plan plan;
        plan.settings = method.settings;
        PlanTerms terms(profile, *fit, plan);
        std::vector<std::string> cells { methodVariant(method.method, method.settings) };
        for (const std::string& format : profile.formats) {
            double own = 0, other = 0;
            for (std::size_t i = 0; i < profile.layers.size(); ++i) {
                const auto predicted
                    = terms.predict(static_cast<int>(i), { profile.layers[i].layer, format, method.method });
                if (!predicted)
                    continue;
                own += predictFormat(profile.layers[i], format)->kld;
                other += predicted->kld;
            }
            cells.push_back(own > 0 ? fmt::format("{:.2f}", other / own) : "-");
        }
        table.add(cells);
    }
    return fmt::format("\nDivergence by other methods, {} is 1 (compared on {} of {} layers)\n\n{}",
        methodVariant(profile.method, profile.settings), profile.methods.front().layers.size(), profile.layers.size(),
        table.text());
}

/// What calibration showed of every expert, where there are experts.
void addExperts(Outcome& outcome, const Profile& found, const Network& network)
{
    const std::vector<ExpertCoverage> experts = expertCoverage(found, network);
    if (experts.empty())
        return;
    Json rows = Json::array();
    for (const ExpertCoverage& expert : experts)
        rows.push_back({ { "module", expert.module }, { "block", expert.block }, { "expert", expert.expert },
            { "tokens", expert.tokens }, { "tokens_passed", expert.passed },
            { "under_covered", expert.isUnderCovered } });
    outcome.json["experts"] = std::move(rows);
    outcome.text += "\n" + coverageText(experts) + "\n";
}

/// The texts of the profile that a job adds to: cut as that was.
template <class Job> void takeTexts(const Options& options, Job& job)
{
    job.calibration = options.job.calibration;
    job.held = options.job.held;
    job.held.window = job.calibration.window;
    job.held.samples = options.job.options.probeWindows;
    job.held.field = job.calibration.field;
}

/// What was used of the texts of a profile: "calibration" and "held".
Status addTexts(Json& json, const Workspace& workspace, const Profile& found)
{
    KERF_TRY(json["calibration"], usedText(workspace, found.datasetHash));
    KERF_TRY(json["held"], usedText(workspace, found.heldHash));
    return {};
}

Result<Outcome> compareMethods(
    const Options& options, Workspace& workspace, const Project& project, Invocation& invocation)
{
    MethodsJob job;
    job.methods = splitList(options.moreMethods);
    KERF_TRY(job.settings, settingsOf(options.settings));
    takeTexts(options, job);
    KERF_TRY(const Profile found, runJob(project, workspace, job, invocation.job()));
    Outcome outcome { toJson(found), found.methods.empty() ? "Nothing to compare.\n" : methodTable(found).substr(1) };
    KERF_CHECK(addTexts(outcome.json, workspace, found));
    return outcome;
}

/// REGEX=FORMAT to the cells of every layer that matches.
Result<std::vector<PlanLayer>> cellsOf(const std::vector<std::string>& assignments, const Network& network)
{
    std::vector<PlanLayer> cells;
    for (const std::string& assignment : assignments) {
        const std::size_t at = assignment.rfind('=');
        if (at == std::string::npos || at == 0)
            return fail(ErrorCode::InvalidArgument, fmt::format("\"{}\" is not of the form REGEX=FORMAT.", assignment));
        KERF_TRY(const Regex pattern, Regex::compile(assignment.substr(0, at)));
        const std::size_t before = cells.size();
        for (const LayerInfo& layer : network.layers()) {
            KERF_TRY(const bool matches, pattern.contains(layer.name));
            if (matches)
                cells.push_back({ layer.name, assignment.substr(at + 1), "" });
        }
        if (cells.size() == before)
            return fail(ErrorCode::InvalidArgument, fmt::format("No layer matches \"{}\".", assignment.substr(0, at)));
    }
    return cells;
}

Result<Outcome> measureCells(
    const Options& options, Workspace& workspace, const Project& project, Invocation& invocation)
{
    CellsJob job;
    KERF_TRY(job.cells, cellsOf(options.cells, *project.model.network));
    KERF_TRY(const MethodSettings settings, settingsOf(options.settings));
    takeTexts(options, job);
    KERF_TRY(const Profile found, runJob(project, workspace, job, invocation.job()));
    if (settings != MethodSettings {} && settings != found.settings)
        invocation.job().log(LogLevel::Warning,
            "Cells are measured with the settings of their profile; those given here were not used.");
    Outcome outcome;
    KERF_CHECK(addTexts(outcome.json, workspace, found));
    outcome.json["cells"] = Json::array();
    Table table({ "layer", "format", "measured", "±" });
    for (const PlanLayer& cell : job.cells)
        for (const LayerProfile& layer : found.layers) {
            const auto measured = layer.swapIn.find(cell.format);
            if (layer.layer != cell.layer || measured == layer.swapIn.end())
                continue;
            outcome.json["cells"].push_back({ { "layer", cell.layer }, { "format", cell.format },
                { "kld", measured->second.kld }, { "kld_stderr", measured->second.stderr_ } });
            table.add({ cell.layer, cell.format, fmt::format("{:.3e}", measured->second.kld),
                fmt::format("{:.0e}", measured->second.stderr_) });
        }
    outcome.text = fmt::format("Each layer alone in its format, {}, by {}, {} held-out windows\n\n{}",
        divergenceTitle(*nearestTask(*project.model.network)), found.method, found.probeWindows, table.text());
    return outcome;
}

Result<Outcome> checkPrediction(
    const Options& options, Workspace& workspace, const Project& project, Invocation& invocation)
{
    if (options.text.files.empty())
        return fail(ErrorCode::InvalidArgument, "--check needs a text to measure on: give one with --text.");
    PredictionCheckJob job { options.check, invocation.options().seed, options.job.calibration, options.text,
        options.checkMethod, options.checkSequential ? QuantizeMode::Sequential : QuantizeMode::Independent };
    job.text.window = options.job.calibration.window;
    job.text.field = options.job.calibration.field;
    KERF_TRY(const PredictionCheck found, runJob(project, workspace, job, invocation.job()));
    Outcome outcome;
    outcome.json = { { "plans", Json::array() }, { "spearman", found.spearman },
        { "mean_relative_error", found.meanRelativeError } };
    const PredictionTrust trust = trustOf(found);
    outcome.json["trust"] = trustName(trust.trust);
    if (trust.trust != Trust::TooFew)
        outcome.json["spearman_low"] = trust.spearmanLow;
    KERF_TRY(outcome.json["calibration"], usedText(workspace, found.calibrationHash));
    KERF_TRY(outcome.json["text"], usedText(workspace, found.textHash));
    Table table({ "plan", "predicted", "±", "measured", "±" });
    for (const PredictionRow& row : found.rows) {
        outcome.json["plans"].push_back(
            { { "name", row.name }, { "predicted_kld", row.predicted }, { "predicted_kld_stderr", row.predictedStderr },
                { "kld_mean", row.measured }, { "kld_stderr", row.measuredStderr } });
        table.add({ row.name, fmt::format("{:.5f}", row.predicted), fmt::format("{:.5f}", row.predictedStderr),
            fmt::format("{:.5f}", row.measured), fmt::format("{:.5f}", row.measuredStderr) });
    }
    outcome.text = fmt::format("Mean {}\n\n{}\nRank correlation (Spearman) {:.3f}, mean relative error {:.1f} %\n",
        divergenceTitle(*nearestTask(*project.model.network)), table.text(), found.spearman,
        100 * found.meanRelativeError);
    return outcome;
}

Result<Outcome> profile(const Options& options, Invocation& invocation)
{
    KERF_TRY(Workspace workspace, invocation.openWorkspace());
    invocation.warnIfReadOnly(workspace);
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model, options.requantize));
    if (!options.cells.empty())
        return measureCells(options, workspace, *project, invocation);
    if (!options.moreMethods.empty())
        return compareMethods(options, workspace, *project, invocation);
    if (options.check > 0)
        return checkPrediction(options, workspace, *project, invocation);
    ProfileJob job = options.job;
    job.options.formats = splitList(options.formats);
    job.options.cacheFormats = splitList(options.kv);
    job.options.methods = splitList(options.methods);
    KERF_TRY(job.options.settings, settingsOf(options.settings));
    job.held.window = job.calibration.window;
    job.held.samples = job.options.probeWindows;
    job.held.field = job.calibration.field;
    job.options.swapIns = options.measure == "kld";
    if (options.isDryRun)
        return describeChecks(*project, workspace, job, invocation);
    const auto start = std::chrono::steady_clock::now();
    KERF_TRY(const Profile found, runJob(*project, workspace, job, invocation.job()));
    Outcome outcome;
    outcome.json = toJson(found);
    KERF_CHECK(addTexts(outcome.json, workspace, found));
    outcome.json["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    outcome.text = fmt::format("{}, by {}, {} held-out windows\n\n{}",
        options.measure == "hessian" ? std::string("Relative output error tr(D H Dᵀ)/tr(W H Wᵀ)")
                                     : "Predicted " + divergenceTitle(*nearestTask(*project->model.network)),
        found.method, found.probeWindows, profileTable(found, options.measure));
    if (!found.methods.empty() && job.options.swapIns)
        outcome.text += methodTable(found);
    if (!found.caches.empty())
        outcome.text += cacheTable(found);
    addExperts(outcome, found, *project->model.network);
    return outcome;
}

} // namespace

void addProfile(CommandLine& line)
{
    CLI::App* verb = line.addVerb("profile", "How much every layer suffers in every format",
        "  kerf-cli profile MODEL --calibration text.txt -w work.kerf\n"
        "  kerf-cli profile MODEL --calibration text.txt --formats int2-g64,int3-g64,int4-g64 -w work.kerf\n"
        "  kerf-cli profile MODEL --calibration text.txt --measure hessian -w work.kerf      output errors only, "
        "quick\n"
        "Then, with the calibration of that profile:\n"
        "  kerf-cli profile MODEL --calibration text.txt --cells 'layers.0.*v_proj=int4-g128' -w work.kerf\n"
        "  kerf-cli profile MODEL --calibration text.txt --more-methods gptq --damping 0.05 -w work.kerf\n"
        "  kerf-cli profile MODEL --calibration text.txt --check 6 --text other.txt -w work.kerf");
    auto options = std::make_shared<Options>();
    verb->add_option("MODEL", options->model, "Model folder")->required();
    addCalibration(verb, options->job.calibration, true);
    verb->add_option(
            "--held", options->job.held.files, "Texts for the slopes (default: what follows the calibration windows)")
        ->type_name("FILE...");
    verb->add_option("--formats", options->formats, "Formats to profile, separated by commas")->type_name("LIST");
    verb->add_option("--kv", options->kv, "Cache formats to measure block by block, separated by commas")
        ->type_name("LIST");
    verb->add_option("--method", options->job.options.method, "hcd, gptq, foem or rtn")
        ->capture_default_str()
        ->type_name("METHOD");
    verb->add_option("--methods", options->methods,
            "Methods to compare with it on a sample of the layers, so that their plans are predicted too")
        ->type_name("LIST");
    verb->add_option("--measure", options->measure,
            "kld: predicted divergence, one layer swapped in at a time; hessian: output errors alone")
        ->check(CLI::IsMember({ "kld", "hessian" }))
        ->capture_default_str()
        ->type_name("MEASURE");
    verb->add_option("--probe-windows", options->job.options.probeWindows, "Held-out windows for the slopes")
        ->check(CLI::PositiveNumber)
        ->capture_default_str()
        ->type_name("N");
    auto* cells
        = verb->add_option("--cells", options->cells, "Measure the divergence of these cells and add it to the profile")
              ->type_name("REGEX=FORMAT");
    verb->add_option("--check", options->check, "Carry so many random plans out: predicted beside measured divergence")
        ->check(CLI::Range(1, 1000))
        ->excludes(cells)
        ->type_name("PLANS");
    verb->add_option("--check-method", options->checkMethod, "Method of these plans (default: that of the profile)")
        ->type_name("METHOD");
    verb->add_flag("--check-sequential", options->checkSequential, "Carry them out in sequential mode");
    verb->add_option("--more-methods", options->moreMethods,
            "Compare these methods, with the settings given here, and add them to the profile")
        ->excludes(cells)
        ->type_name("LIST");
    options->text.samples = 0;
    verb->add_option("--text", options->text.files, "Texts that --check measures on")->type_name("FILE...");
    verb->add_option("--text-samples", options->text.samples, "Windows of them; 0 = all")
        ->check(CLI::NonNegativeNumber)
        ->type_name("N");
    addSettings(verb, options->settings);
    addRequantize(verb, options->requantize);
    addDryRun(verb, options->isDryRun);
    line.addRequire(verb);
    line.onChosen(verb, [options](Invocation& invocation) { return profile(*options, invocation); });
}

} // namespace kerf::cli
