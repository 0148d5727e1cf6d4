// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/work.h"

#include <algorithm>

#include <fmt/format.h>

namespace kerf::ui {
namespace {

using core::JobContext;
using core::Status;

/// A line of what the job made, where its numbers are not to be seen elsewhere.
std::string summary(const core::Profile& profile)
{
    return fmt::format("{} layers in {} formats.", profile.layers.size(), profile.formats.size());
}

std::string summary(const std::vector<core::SweepItem>& items)
{
    const auto failed = std::count_if(
        items.begin(), items.end(), [](const auto& item) { return item.state == core::SweepState::Failed; });
    return fmt::format("{} plans are done, {} failed.", items.size() - static_cast<std::size_t>(failed), failed);
}

std::string summary(const core::PredictionCheck& found)
{
    return fmt::format(
        "Rank correlation {:.3f}, mean relative error {:.1f} %.", found.spearman, 100 * found.meanRelativeError);
}

std::string summary(const core::Evaluation& found)
{
    return fmt::format("Perplexity {:.4f}, KLD {:.3g} nats per token.", found.perplexity,
        found.divergence ? found.divergence->kldMean : 0.0);
}

std::string summary(const core::RunSpeed& speed)
{
    return fmt::format("Decode {:.0f} tokens/s, prefill {:.0f} tokens/s with {}.",
        speed.figure ? speed.figure->tokensPerSecond : speed.measured.decodeTokensPerSecond,
        speed.measured.prefillTokensPerSecond, speed.measured.kernels);
}

template <class T> std::string summary(const T&)
{
    return {};
}

void logCells(const core::MeasureCellsJob& cells, const core::JobProduct& made, const JobContext& job)
{
    for (const core::PlanLayer& cell : cells.cells)
        if (const auto found = core::predictLayer(std::get<core::Profile>(made), cell.layer, cell.format))
            job.log(core::LogLevel::Info,
                fmt::format("{} in {}: {:.3g} ± {:.1g} nats.", cell.layer, cell.format, found->kld, found->stderr_));
}

} // namespace

JobRunner::Work openWork(const std::filesystem::path& modelFolder, const std::filesystem::path& workspaceFile,
    const std::shared_ptr<core::ProjectPtr>& result)
{
    return [modelFolder, workspaceFile, result](const JobContext& job) -> Status {
        KERF_TRY(*result, core::openProject(modelFolder, job));
        std::error_code ignored;
        std::filesystem::create_directories(workspaceFile.parent_path(), ignored);
        if (auto workspace = core::Workspace::open(workspaceFile); workspace && !workspace->isReadOnly())
            (void)core::registerModel(**result, *workspace);
        return {};
    };
}

JobRunner::Work jobWork(const core::ProjectPtr& project, const std::filesystem::path& workspaceFile,
    const core::JobSettings& settings, const core::JobSinks& sinks,
    const std::shared_ptr<std::optional<core::JobProduct>>& result)
{
    return [project, workspaceFile, settings, sinks, result](const JobContext& job) -> Status {
        KERF_TRY(core::Workspace workspace, core::Workspace::open(workspaceFile));
        KERF_TRY(core::JobProduct made, core::runJob(*project, workspace, settings, sinks, job));
        if (const auto* cells = std::get_if<core::MeasureCellsJob>(&settings))
            logCells(*cells, made, job);
        else if (const std::string line = std::visit([](const auto& value) { return summary(value); }, made);
                 !line.empty())
            job.log(core::LogLevel::Info, line);
        *result = std::move(made);
        return {};
    };
}

} // namespace kerf::ui
