// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/run_text.h"
#include "app/cli/table.h"
#include "core/jobs/baseline_job.h"
#include "core/jobs/bench_job.h"
#include "core/jobs/job.h"
#include "core/jobs/speed_job.h"

namespace kerf::cli {

using namespace kerf::core;

namespace {

struct Options {
    std::string target;
    ThroughputOptions measure { 512, 128, 3 };
    CLI::Option* prompt = nullptr;
    CLI::Option* generate = nullptr;
    SittingJob sittings;
    CLI::Option* count = nullptr;
};

/// The default lengths, shortened for a model that takes fewer positions. What was asked for is never changed.
ThroughputOptions lengthsFor(const Options& options, const Network& network)
{
    ThroughputOptions measure = options.measure;
    const std::int64_t most = network.maxPositions();
    if (options.generate->count() == 0)
        measure.generate = std::max<std::int64_t>(1, std::min(measure.generate, most / 4));
    if (options.prompt->count() == 0)
        measure.prompt = std::max<std::int64_t>(1, std::min(measure.prompt, most - measure.generate));
    return measure;
}

Outcome describe(const Throughput& found, const ThroughputOptions& measure)
{
    Outcome outcome;
    outcome.json = toJson(found);
    outcome.json["prompt"] = measure.prompt;
    outcome.json["generate"] = measure.generate;
    outcome.text
        = fmt::format("prefill {:.1f} ± {:.1f} tokens/s ({} tokens)\ndecode  {:.1f} ± {:.1f} tokens/s ({} tokens)\n"
                      "weights {} a token, peak memory {}, {} threads, kernels: {}\n",
            found.prefillTokensPerSecond, found.prefillStderr, measure.prompt, found.decodeTokensPerSecond,
            found.decodeStderr, measure.generate, sizeText(found.weightBytes), sizeText(found.peakMemoryBytes),
            found.threads, found.kernels);
    return outcome;
}

/// The measured whole tokens against the table's interval.
std::string checkText(const Throughput& measured, const SpeedFigure& figure)
{
    std::string text = fmt::format("        measured once, end to end: {:.1f} ± {:.1f} tokens/s, {:+.0f} %",
        measured.decodeTokensPerSecond, measured.decodeStderr,
        100 * (measured.decodeTokensPerSecond / figure.tokensPerSecond - 1));
    if (const auto& interval = figure.tokensInterval)
        text += measured.decodeTokensPerSecond >= interval->low && measured.decodeTokensPerSecond <= interval->high
            ? ", inside the interval"
            : ", outside the interval: the machine is in another state than in the sittings, or the table misses "
              "something";
    return text + "\n";
}

Result<Outcome> benchRun(
    const Options& options, const Project& project, Workspace& workspace, const RunRow& run, Invocation& invocation)
{
    const ThroughputOptions measure = lengthsFor(options, *project.model.network);
    if (options.count->count() > 0) {
        KERF_CHECK(runJob(project, workspace, options.sittings, invocation.job()));
    }
    KERF_TRY(const RunSpeed found, runJob(project, workspace, BenchJob { run.id, measure }, invocation.job()));
    KERF_TRY(const ModelSpeeds speeds, loadSpeeds(workspace, run.model));
    Outcome outcome = describe(found.measured, measure);
    if (found.figure) {
        const Throughput& whole = found.measured;
        outcome.text = fmt::format("prefill {:.1f} ± {:.1f} tokens/s ({} tokens), measured once\n{}{}"
                                   "        peak memory {}, {} threads, kernels: {}\n",
            whole.prefillTokensPerSecond, whole.prefillStderr, measure.prompt, speedText(found.figure, speeds.table),
            checkText(whole, *found.figure), sizeText(whole.peakMemoryBytes), whole.threads, whole.kernels);
        addSpeed(outcome.json, found.figure);
        outcome.json.erase("decode_stderr"); // the interval's bounds take its place
    }
    outcome.json["measured_decode_tokens_per_second"] = found.measured.decodeTokensPerSecond;
    outcome.json["measured_decode_tokens_per_second_stderr"] = found.measured.decodeStderr;
    outcome.json["machine"] = speeds.table.machine();
    outcome.json["run"] = run.id;
    outcome.json["name"] = run.name;
    return outcome;
}

Result<Outcome> benchFolder(const Options& options, Invocation& invocation)
{
    if (invocation.hasWorkspace()) {
        KERF_TRY(const ProjectPtr project, invocation.openMeasured(options.target));
        if (!project->model.quantized) {
            KERF_TRY(Workspace workspace, invocation.openWorkspace());
            KERF_TRY(const RowId id, ensureBaselineRun(*project, workspace));
            KERF_TRY(const RunRow run, workspace.run(std::to_string(id)));
            return benchRun(options, *project, workspace, run, invocation);
        }
    }
    if (options.count->count() > 0)
        return fail(ErrorCode::InvalidArgument,
            "Sittings are kept in a workspace, for an original model and its runs: give one with -w FILE.kerf.");
    KERF_TRY(const Model model, invocation.openModel(options.target));
    const ThroughputOptions measure = lengthsFor(options, *model.network);
    KERF_TRY(const StoredLayers stored, readStoredLayers(model));
    KERF_TRY(const LayerActivations activations, storedActivations(model));
    KERF_TRY(const Throughput found, measureThroughput(*model.network, stored, measure, invocation.job(), activations));
    return describe(found, measure);
}

Result<Outcome> bench(const Options& options, Invocation& invocation)
{
    KERF_TRY(const bool isRun, invocation.namesRun(options.target, "To measure a run"));
    if (!isRun)
        return benchFolder(options, invocation);
    KERF_TRY(Workspace workspace, invocation.openWorkspace());
    invocation.warnIfReadOnly(workspace);
    KERF_TRY(const RunRow run, workspace.run(options.target));
    KERF_TRY(const ProjectPtr project, invocation.projectOf(workspace, run));
    return benchRun(options, *project, workspace, run, invocation);
}

} // namespace

void addBench(CommandLine& line)
{
    CLI::App* verb = line.addVerb("bench", "Prefill and decode tokens a second with the kernels for a run's formats",
        "  kerf-cli bench 3 -w work.kerf\n  kerf-cli bench 3 --sittings 6 --apart 5 -w work.kerf\n"
        "  kerf-cli bench MODEL --prompt 128 --generate 32\n"
        "With a workspace, decode speed comes from one table of kernel times: all formats of the model's runs, timed "
        "in\n"
        "random order, sitting by sitting. From three sittings on, two minutes or more apart, speeds have an interval "
        "and\n"
        "rank runs. Every run of the model profits from every sitting. One measurement of whole tokens stands beside "
        "it.");
    auto options = std::make_shared<Options>();
    verb->add_option("MODEL|RUN", options->target, "Model or exported folder, or a run by number or name")->required();
    const auto positive = CLI::Range(std::int64_t { 1 }, std::int64_t { 1 } << 24);
    options->prompt = verb->add_option("--prompt", options->measure.prompt,
                              "Tokens processed at once (512, or what the model takes)")
                          ->check(positive)
                          ->type_name("N");
    options->generate = verb->add_option("--generate", options->measure.generate,
                                "Tokens one after another (128, or what the model takes)")
                            ->check(positive)
                            ->type_name("N");
    verb->add_option("--repeats", options->measure.repeats, "The median of so many is reported")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str()
        ->type_name("N");
    options->count = verb->add_option("--sittings", options->sittings.count,
                             "Time the kernels of all the model's runs so many times")
                         ->check(CLI::Range(1, 1000))
                         ->type_name("N");
    verb->add_option("--apart", options->sittings.minutesApart, "Minutes between two sittings")
        ->check(CLI::Range(0.0, 1440.0))
        ->capture_default_str()
        ->type_name("MINUTES");
    line.addRequire(verb);
    line.onChosen(verb, [options](Invocation& invocation) { return bench(*options, invocation); });
}

} // namespace kerf::cli
