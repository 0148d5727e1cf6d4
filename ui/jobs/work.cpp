// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/work.h"

#include <fmt/format.h>

namespace kerf::ui {
namespace {

using core::JobContext;
using core::Status;

/// Evaluates and benches a run, each only when its metric is missing.
Status measureRun(const core::Project& project, core::Workspace& workspace, core::RowId run,
    const DataSettings& settings, const JobContext& job)
{
    KERF_TRY(const core::RunRow row, workspace.run(std::to_string(run)));
    if (!row.metric("kld_mean")) {
        job.log(core::LogLevel::Info,
            fmt::format("Evaluating {} on {} windows of {} tokens.", row.name,
                settings.evaluation.samples == 0 ? "all" : std::to_string(settings.evaluation.samples),
                settings.evaluation.window));
        KERF_TRY(const core::Evaluation found,
            core::runEvaluate(project, workspace, run, { settings.evaluation, true }, job));
        job.log(core::LogLevel::Info,
            fmt::format("Perplexity {:.4f}, KLD {:.3g} nats per token.", found.perplexity,
                found.divergence ? found.divergence->kldMean : 0.0));
    }
    if (!row.metric("decode_tokens_per_second")) {
        KERF_TRY(const core::Throughput speed, core::runBench(project, workspace, run, settings.bench, job));
        job.log(core::LogLevel::Info,
            fmt::format("Decode {:.0f} tokens/s, prefill {:.0f} tokens/s with {}.", speed.decodeTokensPerSecond,
                speed.prefillTokensPerSecond, speed.kernels));
    }
    return {};
}

} // namespace

JobRunner::Work openWork(const std::filesystem::path& modelFolder, std::shared_ptr<core::ProjectPtr> result)
{
    return [modelFolder, result](const JobContext& job) -> Status {
        KERF_TRY(*result, core::openProject(modelFolder, job));
        return {};
    };
}

JobRunner::Work profileWork(
    core::ProjectPtr project, const std::filesystem::path& workspaceFile, const DataSettings& settings)
{
    return [project, workspaceFile, settings](const JobContext& job) -> Status {
        KERF_TRY(core::Workspace workspace, core::Workspace::open(workspaceFile));
        // Held-out windows come from the calibration text, after those used: the evaluation text stays unseen.
        const core::ProfileJob profile { settings.calibration, {}, settings.profile };
        KERF_TRY(const core::Profile measured, core::runProfile(*project, workspace, profile, job));
        job.log(core::LogLevel::Info,
            fmt::format("{} layers in {} formats.", measured.layers.size(), measured.formats.size()));
        return {};
    };
}

JobRunner::Work planWork(core::ProjectPtr project, const std::filesystem::path& workspaceFile, const core::Plan& plan,
    const DataSettings& settings, std::shared_ptr<core::RowId> result)
{
    return [project, workspaceFile, plan, settings, result](const JobContext& job) -> Status {
        KERF_TRY(core::Workspace workspace, core::Workspace::open(workspaceFile));
        KERF_TRY(const core::RowId run, core::runQuantize(*project, workspace, { plan, settings.calibration, 0 }, job));
        *result = run;
        KERF_CHECK(measureRun(*project, workspace, run, settings, job));
        // An already quantized folder has no original; its runs then stand alone.
        if (const auto original = core::ensureBaselineRun(*project, workspace))
            KERF_CHECK(measureRun(*project, workspace, *original, settings, job));
        return {};
    };
}

JobRunner::Work exportWork(core::ProjectPtr project, const std::filesystem::path& workspaceFile, core::RowId run,
    const std::string& target, const std::filesystem::path& out, std::shared_ptr<core::ExportReport> result)
{
    return [project, workspaceFile, run, target, out, result](const JobContext& job) -> Status {
        KERF_TRY(core::Workspace workspace, core::Workspace::open(workspaceFile));
        KERF_TRY(*result, core::runExport(*project, workspace, run, target, out, job));
        return {};
    };
}

} // namespace kerf::ui
