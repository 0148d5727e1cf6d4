// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/evaluate_job.h"

#include <fmt/format.h>

#include "core/base/sample_mean.h"
#include "core/evaluate/evaluate_task.h"
#include "core/jobs/data_use.h"
#include "core/jobs/job_edge.h"
#include "core/jobs/job_json.h"
#include "core/jobs/run_student.h"
#include "core/jobs/run_tokens.h"

namespace kerf::core {
namespace {

/// `documents`: of each window.
Status storeMetrics(
    Workspace& workspace, RowId run, const Evaluation& found, const std::vector<std::int32_t>& documents)
{
    Json settings { { "window", found.window }, { "windows", found.windows }, { "tokens", found.tokens },
        { "protocol", found.protocol } };
    if (found.calibrationOverlap)
        settings["calibration_overlap"] = *found.calibrationOverlap;
    const auto add = [&](const char* name, double value, std::optional<double> error, const char* unit,
                         const std::vector<double>& draws = {}) {
        Metric metric { name, value, error, unit, found.dataset, found.datasetHash, settings, draws };
        if (!draws.empty())
            metric.clusters = documents;
        return workspace.addMetric(run, metric);
    };
    if (found.hasPerplexity)
        KERF_CHECK(add("perplexity", found.perplexity, found.perplexityStderr, "", found.windowNll));
    if (!found.divergence)
        return {};
    const Evaluation::Divergence& d = *found.divergence;
    if (!found.hasPerplexity) {
        KERF_CHECK(add(found.metric.c_str(), d.kldMean, d.kldStderr, found.unit.c_str(), d.windowKld));
        for (const StateErrors& errors : found.stateErrors)
            settings["state_errors"].push_back(toJson(errors));
        for (const LabelMetric& score : found.scores)
            KERF_CHECK(add(score.name.c_str(), score.value,
                score.draws.empty() ? std::nullopt : std::optional(score.standardError), "", score.draws));
        if (found.accuracy)
            KERF_CHECK(
                add("accuracy", *found.accuracy, sampleMean(found.windowRight).standardError, "", found.windowRight));
        return found.hasClasses ? add("same_top1", d.sameTop1, d.sameTop1Stderr, "", d.windowSame) : Status();
    }
    KERF_CHECK(add("kld_mean", d.kldMean, d.kldStderr, "nats/token", d.windowKld));
    KERF_CHECK(add("kld_median", d.kldMedian, {}, "nats/token"));
    KERF_CHECK(add("kld_p90", d.kldP90, {}, "nats/token"));
    KERF_CHECK(add("kld_p99", d.kldP99, {}, "nats/token"));
    KERF_CHECK(add("kld_max", d.kldMax, {}, "nats/token"));
    KERF_CHECK(add("same_top1", d.sameTop1, d.sameTop1Stderr, "", d.windowSame));
    return add("reference_perplexity", d.referencePerplexity, {}, "", d.windowReferenceNll);
}

/// A job whose log stands with the run too, where what is measured does.
JobContext loggedWithRun(Workspace& workspace, RowId run, const EvaluateSettings& settings, const JobContext& job)
{
    if (!settings.cacheFormat.empty())
        return job;
    return job.withLog([&workspace, run, job](LogLevel level, const std::string& line) {
        job.log(level, line);
        // A log line that the full disk cannot take must not end the job.
        (void)workspace.addEvent(run, level == LogLevel::Info ? "info" : "warning", line);
    });
}

bool mayKeepTokens(const Dataset& data, const JobContext& job)
{
    if (data.usedTokens() <= kMostKeptTokens)
        return true;
    job.log(LogLevel::Info,
        fmt::format("The results of single tokens are not kept: {} tokens are more than {}.", data.usedTokens(),
            kMostKeptTokens));
    return false;
}

/// A network that predicts no text has no perplexity; its divergence is what its task says.
Result<Evaluation> evaluateEncoder(const Network& original, const RunStudent& student, const Dataset& data,
    Workspace& workspace, RowId run, const std::optional<Overlap>& overlap, const JobContext& job)
{
    KERF_TRY(const Replacements replacements, replacementsOf(student));
    KERF_TRY(Evaluation found, evaluateTexts(original, *student.network, replacements, data, job));
    if (overlap)
        found.calibrationOverlap = overlap->share();
    KERF_CHECK(workspace.addDataset(data));
    KERF_CHECK(storeMetrics(workspace, run, found, data.documents));
    return found;
}

Result<Evaluation> evaluateRun(
    const Project& project, Workspace& workspace, RowId run, const EvaluateSettings& settings, const JobContext& job)
{
    const Network& original = *project.model.network;
    KERF_TRY(const Dataset data, loadData(project, settings.text, job));
    const JobContext logged = loggedWithRun(workspace, run, settings, job);
    logUse(data, "Evaluation", logged);
    KERF_TRY(const RunRow row, workspace.run(std::to_string(run)));
    KERF_TRY(const std::optional<Overlap> overlap,
        overlapWithCalibration(workspace, row.provenance.datasetHash, data, logged));
    KERF_TRY(RunStudent student, loadStudent(project, workspace, row, job));
    if (!original.generator())
        return evaluateEncoder(original, student, data, workspace, row.id, overlap, job);
    std::optional<ReferenceLogits> reference;
    if (settings.againstOriginal) {
        KERF_TRY(reference,
            ReferenceLogits::compute(original, project.modelHash, data, workspace.arraysFolder() / "reference", job));
    }
    if (!settings.cacheFormat.empty()) {
        KERF_TRY(student.caches, uniformCaches(*student.network, settings.cacheFormat));
    }
    KERF_TRY(const Replacements replacements, replacementsOf(student));
    const bool isOfRun = settings.cacheFormat.empty();
    const bool keeps = isOfRun && reference && mayKeepTokens(data, logged);
    TokenScores scores;
    KERF_TRY(Evaluation found,
        evaluate(*student.network, replacements, data, reference ? &*reference : nullptr, job, student.caches,
            keeps ? &scores : nullptr));
    if (overlap)
        found.calibrationOverlap = overlap->share();
    KERF_CHECK(workspace.addDataset(data));
    if (!isOfRun)
        return found;
    KERF_CHECK(storeMetrics(workspace, run, found, data.documents));
    if (keeps)
        keepTokenScores(workspace, row, scores, logged);
    return found;
}

} // namespace

Result<Evaluation> runEvaluate(
    const Project& project, Workspace& workspace, RowId run, const EvaluateSettings& settings, const JobContext& job)
{
    return atJobEdge([&] { return evaluateRun(project, workspace, run, settings, job); });
}

Json EvaluateJob::toJson() const
{
    return { { "run", run }, { "text", core::toJson(evaluate.text) }, { "against_original", evaluate.againstOriginal },
        { "cache_format", evaluate.cacheFormat } };
}

Result<EvaluateJob> EvaluateJob::fromJson(const Json& json, const Network&)
{
    EvaluateJob job;
    job.run = json.at("run").get<RowId>();
    job.evaluate.text = dataChoiceFrom(json.at("text"));
    job.evaluate.againstOriginal = json.at("against_original").get<bool>();
    job.evaluate.cacheFormat = json.at("cache_format").get<std::string>();
    return job;
}

std::string EvaluateJob::title(const Json& settings, const RunNames& runs)
{
    return "Evaluate " + nameOf(runOf(settings), runs);
}

Result<Evaluation> EvaluateJob::perform(const JobScene& scene) const
{
    return runEvaluate(scene.project, scene.workspace, run, evaluate, scene.context);
}

JobReport EvaluateJob::report(const Evaluation& made) const
{
    JobReport report { evaluationLine(made), { { "run", run } } };
    if (made.hasPerplexity)
        report.json["perplexity"] = made.perplexity;
    if (made.divergence)
        report.json[made.metric] = made.divergence->kldMean;
    return report;
}

std::string evaluationLine(const Evaluation& found)
{
    if (!found.hasPerplexity)
        return fmt::format(
            "{} {:.3g} {} over {} texts.", found.metric, found.divergence->kldMean, found.unit, found.windows);
    std::string line = fmt::format("Perplexity {:.4f}", found.perplexity);
    if (found.divergence)
        line += fmt::format(", KLD {:.3g} nats per token", found.divergence->kldMean);
    return line + ".";
}

} // namespace kerf::core
