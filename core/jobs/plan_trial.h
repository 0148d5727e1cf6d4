// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/evaluate/evaluate.h"
#include "core/jobs/carry_out.h"
#include "core/jobs/layer_artifacts.h"
#include "core/jobs/quantize_job.h"

namespace kerf::core {

/// Carries plans out and measures them window by window, without leaving a run. Layers come from the artifacts that
/// runs share and go there; results are kept in the arrays folder, so that no plan is measured twice on the same
/// windows.
class PlanTrial {
public:
    /// The statistics of the calibration windows must be there, and the weights be checked (checkWeights);
    /// `calibration` must outlive it. Errors: those of ReferenceLogits::compute, Io.
    static Result<PlanTrial> create(const Project& project, Workspace& workspace, const StatisticsCache& cache,
        const Dataset& calibration, Dataset windows, const JobContext& job);

    /// KL divergence of each window, in the plan's mode; in sequential mode all layers are made anew. Errors: as
    /// runQuantize and evaluate.
    Result<std::vector<double>> measure(const Plan& plan, const JobContext& job);
    /// Of the windows, which are in the workspace as a data set.
    const std::string& datasetHash() const { return m_windows.hash; }

private:
    PlanTrial(const Project& project, Workspace& workspace, const StatisticsCache& cache, const Dataset& calibration,
        Dataset windows, ReferenceLogits reference);

    Result<Trial> carryOut(const Plan& plan, const JobContext& job);
    Result<LinearPtr> makeLayer(const LayerInfo& layer, const LayerTask& task, const JobContext& job);
    Status load();
    Status store() const;

    const Project* m_project;
    Workspace* m_workspace;
    const Dataset* m_calibration;
    StatisticsCache m_cache;
    Dataset m_windows;
    ReferenceLogits m_reference;
    LayerArtifacts m_artifacts;
    std::filesystem::path m_file; ///< of results
    std::map<std::string, std::vector<double>> m_known; ///< by the plan's hash
    std::map<std::string, LinearPtr> m_layers; ///< of the last plan, by layer, format and method
    LastSite m_sites;
};

} // namespace kerf::core
