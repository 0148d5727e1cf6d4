// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cstdlib>
#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/data_flags.h"
#include "app/cli/run_text.h"
#include "core/base/number_text.h"
#include "core/base/sample_mean.h"
#include "core/evaluate/evaluate_task.h"
#include "core/jobs/baseline_job.h"
#include "core/jobs/data_use.h"
#include "core/jobs/evaluate_job.h"
#include "core/jobs/job.h"
#include "core/task/task.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Options {
    std::string target;
    fs::path reference;
    DataChoice text;
    std::string kv;
};

/// A folder of its own for the reference states when there is no workspace; removed at the end.
class ScratchFolder {
public:
    ScratchFolder()
    {
        std::string name = (fs::temp_directory_path() / "kerf-XXXXXX").string();
        if (::mkdtemp(name.data()))
            m_path = name;
    }
    ~ScratchFolder()
    {
        std::error_code ignored;
        if (!m_path.empty())
            fs::remove_all(m_path, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    const fs::path& path() const { return m_path; }

private:
    fs::path m_path;
};

/// What a divergence is measured from: a model that is quantized itself is no original.
std::string referenceName(const Project& reference)
{
    return reference.model.quantized ? fmt::format("{}, which is quantized itself ({})", reference.modelFolder.string(),
               reference.model.quantized->summary())
                                     : std::string("the original");
}

/// Of a network that predicts no text.
Outcome describeTask(const Evaluation& found, const Project& reference, Outcome outcome)
{
    const Evaluation::Divergence& d = *found.divergence;
    outcome.text = fmt::format("{} from {}: {} {}\n", found.metric, referenceName(reference),
        measuredText(d.kldMean, d.kldStderr), found.unit);
    if (found.hasClasses)
        outcome.text += fmt::format("same class: {} %\n", measuredText(100 * d.sameTop1, 100 * d.sameTop1Stderr));
    if (found.accuracy)
        outcome.text += fmt::format("accuracy: {} %, of {} {} %\n",
            measuredText(100 * *found.accuracy, 100 * sampleMean(found.windowRight).standardError),
            referenceName(reference), numberText(100 * *found.originalAccuracy, 4));
    for (const LabelMetric& score : found.scores)
        outcome.text += fmt::format("{}: {}{}\n", score.name,
            measuredText(score.value, score.draws.empty() ? std::nullopt : std::optional(score.standardError)),
            score.original ? fmt::format(", of {} {}", referenceName(reference), numberText(*score.original, 4)) : "");
    if (!found.remark.empty())
        outcome.text += found.remark + "\n";
    if (found.calibrationOverlap)
        outcome.text += overlapText(*found.calibrationOverlap, found.isOfSamples) + "\n";
    outcome.text += found.protocol + "\n";
    outcome.json["reference_is_quantized"] = reference.model.quantized.has_value();
    return outcome;
}

Outcome describe(const Evaluation& found, const Project& reference)
{
    Outcome outcome;
    outcome.json = toJson(found);
    if (!found.hasPerplexity)
        return describeTask(found, reference, std::move(outcome));
    outcome.text = fmt::format("perplexity {:.5f} ± {:.5f}  ({} windows of {} tokens, {} predictions)\n",
        found.perplexity, found.perplexityStderr, found.windows, found.window, found.tokens);
    if (found.divergence) {
        const Evaluation::Divergence& d = *found.divergence;
        outcome.text += fmt::format("KL divergence from {}: {} nats/token; median {}, p90 {}, p99 {}, max {}\n"
                                    "same top-1: {} %\nperplexity of {}: {:.5f}\n",
            referenceName(reference), measuredText(d.kldMean, d.kldStderr), numberText(d.kldMedian, 2),
            numberText(d.kldP90, 2), numberText(d.kldP99, 2), numberText(d.kldMax, 2),
            measuredText(100 * d.sameTop1, 100 * d.sameTop1Stderr), reference.model.quantized ? "it" : "the original",
            d.referencePerplexity);
        outcome.json["reference_is_quantized"] = reference.model.quantized.has_value();
    }
    if (found.calibrationOverlap)
        outcome.text += overlapText(*found.calibrationOverlap, false) + "\n";
    outcome.text += found.protocol + "\n";
    return outcome;
}

/// A job of the workspace, when what it finds is stored there.
Result<Evaluation> evaluateStored(
    const Project& project, Workspace& workspace, const EvaluateJob& settings, const JobContext& job)
{
    if (!settings.evaluate.cacheFormat.empty())
        return runEvaluate(project, workspace, settings.run, settings.evaluate, job);
    return runJob(project, workspace, settings, job);
}

/// The outcome with what was used of the text, as toJson(Dataset).
Outcome withText(Outcome outcome, Json text)
{
    outcome.json["text"] = std::move(text);
    return outcome;
}

Result<Outcome> evaluateRun(const Options& options, Invocation& invocation)
{
    KERF_TRY(Workspace workspace, invocation.openWorkspace());
    invocation.warnIfReadOnly(workspace);
    KERF_TRY(const RunRow run, workspace.run(options.target));
    KERF_TRY(const ProjectPtr project, invocation.projectOf(workspace, run));
    EvaluateSettings job;
    job.text = options.text;
    job.cacheFormat = options.kv;
    KERF_TRY(const Evaluation found, evaluateStored(*project, workspace, { run.id, job }, invocation.job()));
    KERF_TRY(Json text, usedText(workspace, found.datasetHash));
    Outcome outcome = withText(describe(found, *project), std::move(text));
    outcome.json["run"] = run.id;
    outcome.json["name"] = run.name;
    return outcome;
}

/// The reference states of another model on the same tokens.
Result<ReferenceLogits> referenceOf(const Project& project, const Project& reference, const DataChoice& text,
    const Dataset& data, const fs::path& root, const JobContext& job)
{
    const Network& network = *reference.model.network;
    if (network.vocabularySize() != project.model.network->vocabularySize())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} has {} tokens and {} has {}: they cannot be compared.", project.modelFolder.string(),
                project.model.network->vocabularySize(), reference.modelFolder.string(), network.vocabularySize()));
    if (&project != &reference && reference.tokenizer) { // without one of its own it is given these tokens
        KERF_TRY(const Dataset theirs, loadData(reference, text, job));
        if (theirs.windows != data.windows)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("The tokenizers of {} and {} give other tokens for {}: the models cannot be compared.",
                    project.modelFolder.string(), reference.modelFolder.string(), data.name));
    }
    return ReferenceLogits::compute(network, reference.modelHash, data, root, job);
}

/// How far a folder's encoder is from another's, or from itself.
Result<Outcome> evaluateEncoder(
    const Options& options, const Project& project, const Dataset& data, Invocation& invocation)
{
    if (!options.kv.empty())
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "{} has no key/value cache: --kv is for models that write text.", project.modelFolder.string()));
    if (options.reference.empty())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} predicts no text, so it has no perplexity. Give --reference MODEL to measure how far it is "
                        "from another, or a run; kerf-cli score measures it on labelled texts.",
                project.modelFolder.string()));
    KERF_TRY(const ProjectPtr reference, invocation.openProject(options.reference));
    KERF_CHECK(requireSameOutputs(*reference->model.network, *project.model.network));
    KERF_TRY(const Evaluation found,
        evaluateTexts(*reference->model.network, *project.model.network, {}, data, invocation.job()));
    return withText(describe(found, *reference), toJson(data));
}

Result<Outcome> evaluateFolder(const Options& options, Invocation& invocation)
{
    KERF_TRY(const ProjectPtr project, invocation.openMeasured(options.target));
    if (options.reference.empty() && options.kv.empty() && invocation.hasWorkspace() && !project->model.quantized) {
        // An original model in a workspace: its metrics belong to the baseline run.
        KERF_TRY(Workspace workspace, invocation.openWorkspace());
        KERF_TRY(const RowId run, ensureBaselineRun(*project, workspace));
        KERF_TRY(
            const Evaluation found, evaluateStored(*project, workspace, { run, { options.text } }, invocation.job()));
        KERF_TRY(Json text, usedText(workspace, found.datasetHash));
        Outcome outcome = withText(describe(found, *project), std::move(text));
        outcome.json["run"] = run;
        return outcome;
    }
    KERF_TRY(const Dataset data, loadData(*project, options.text, invocation.job()));
    logUse(data, "Evaluation", invocation.job());
    if (!project->model.network->generator())
        return evaluateEncoder(options, *project, data, invocation);
    if (options.reference.empty() && options.kv.empty()) {
        KERF_TRY(const Evaluation found, evaluate(*project->model.network, {}, data, nullptr, invocation.job()));
        return withText(describe(found, *project), toJson(data));
    }
    CacheSettings caches;
    if (!options.kv.empty()) {
        KERF_TRY(caches, uniformCaches(*project->model.network, options.kv));
    }
    ProjectPtr reference = project; // with --kv alone: the same model with an unquantized cache
    if (!options.reference.empty()) {
        KERF_TRY(reference, invocation.openProject(options.reference));
    }
    const ScratchFolder scratch;
    if (scratch.path().empty())
        return fail(ErrorCode::Io, "No temporary folder can be made; set TMPDIR to a folder that can be written.");
    KERF_TRY(const ReferenceLogits states,
        referenceOf(*project, *reference, options.text, data, scratch.path(), invocation.job()));
    KERF_TRY(const Evaluation found, evaluate(*project->model.network, {}, data, &states, invocation.job(), caches));
    return withText(describe(found, *reference), toJson(data));
}

Result<Outcome> evaluateTarget(const Options& options, Invocation& invocation)
{
    KERF_TRY(const bool isRun, invocation.namesRun(options.target, "To evaluate a run"));
    if (!isRun)
        return evaluateFolder(options, invocation);
    if (!options.reference.empty())
        return fail(ErrorCode::InvalidArgument,
            "--reference is for folders; a run is compared with the model it was made from.");
    return evaluateRun(options, invocation);
}

} // namespace

void addEvaluate(CommandLine& line)
{
    CLI::App* verb = line.addVerb("evaluate", "Perplexity and KL divergence from the original, each with its error",
        "  kerf-cli evaluate 3 --text book.txt -w work.kerf\n  kerf-cli evaluate MODEL --text book.txt\n"
        "  kerf-cli evaluate EXPORTED --reference MODEL --text book.txt --require 'kld_mean<=0.05'");
    auto options = std::make_shared<Options>();
    options->text.window = 2048;
    options->text.samples = 0;
    verb->add_option("MODEL|RUN", options->target, "Model or exported folder, or a run by number or name")->required();
    verb->add_option("--text", options->text.files, fmt::format("Texts to evaluate on: {}", kTextKinds))
        ->type_name("FILE...")
        ->required();
    addWindow(verb, options->text);
    verb->add_option("--samples", options->text.samples, "The first so many windows; 0 = all")
        ->check(CLI::NonNegativeNumber)
        ->type_name("N");
    verb->add_option("--reference", options->reference, "Model to measure the divergence from, for a folder")
        ->type_name("MODEL");
    verb->add_option("--kv", options->kv,
            "Format of every block's key/value cache instead of the run's own: kv-int8, kv-kivi2, ...; not stored")
        ->type_name("FORMAT");
    line.addRequire(verb);
    line.onChosen(verb, [options](Invocation& invocation) { return evaluateTarget(*options, invocation); });
}

} // namespace kerf::cli
