// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/inspect/error_curve.h"
#include "core/inspect/finding.h"
#include "core/inspect/input_view.h"
#include "core/inspect/weight_view.h"
#include "core/jobs/project.h"
#include "core/jobs/run_weights.h"
#include "core/workspace/workspace.h"

namespace kerf::core {

/// What is asked about one layer.
struct LayerQuestion {
    std::string layer;
    std::string format; ///< that the plan gives it: whose grid is shown, and than which another is better
    std::int64_t group = 0; ///< whose grid
    RowId run = 0; ///< whose codes are looked at; 0: none
    std::vector<std::string> methods; ///< the layer is quantized by them for their errors; those profiled cost nothing
    std::vector<std::string> formats; ///< for that, when there is no profile
    std::vector<std::string> beside; ///< other layers, of which outlines are set beside it
};

/// What a finished run made of a layer.
struct RunLayerView {
    std::string format;
    std::optional<LayerReport> report; ///< nothing for a checkpoint that was added
    std::vector<double> rowErrors, columnErrors; ///< |D| / |W| of every row, every column; 0 where W is 0
    std::vector<std::int64_t> codes; ///< how often each was chosen
};

/// What of another layer can be drawn beside the one that is looked at. What is missing there is not known.
struct LayerOutline {
    LayerInfo layer;
    WeightView weight;
    std::optional<InputView> inputs;
    std::optional<Spectrum> spectrum;
    std::optional<RunLayerView> run;
};

/// What can be seen of one layer. What is missing says why, in a sentence.
struct LayerInspection {
    LayerInfo layer;
    WeightView weight;
    std::optional<GroupGrid> grid;
    std::string noGrid;
    std::optional<InputView> inputs;
    std::string noInputs;
    std::optional<Spectrum> spectrum;
    bool isSensitive = false; ///< more than the median layer in the same format, as the profile predicts
    std::vector<Finding> findings;
    std::vector<Remedy> remedies;
    std::vector<ErrorCurve> curves;
    std::optional<RunLayerView> run;
    std::string noRun;
    std::vector<LayerOutline> beside; ///< in the question's order
};

/// Looks at layers of one model. Keeps the weight, the site and the outlines that were looked at last. Not thread-safe.
class LayerInspector {
public:
    /// `profile` may be null: then only weights are known.
    LayerInspector(ProjectPtr project, std::filesystem::path workspaceFile, std::shared_ptr<const Profile> profile);

    /// Calls `stage` with what is known so far, each time there is more: weight and grid; inputs and why; the run;
    /// the spectrum; each method's curve; each outline. Errors: InvalidArgument (no such layer, format or method),
    /// BadFile, Numerical, Cancelled. What a run or the statistics lack is no error: noRun, noInputs.
    Result<LayerInspection> inspect(const LayerQuestion& question, const JobContext& job,
        const std::function<void(const LayerInspection&)>& stage = {});

private:
    Status lookAtWeight(const LayerQuestion& question, LayerInspection& found, const JobContext& job);
    Status lookAtInputs(LayerInspection& found);
    Status lookAtRun(const LayerQuestion& question, LayerInspection& found, const JobContext& job);
    Status explain(const LayerQuestion& question, LayerInspection& found);
    Status addCurves(const LayerQuestion& question, LayerInspection& found, const JobContext& job,
        const std::function<void(const LayerInspection&)>& stage);
    Status addOutlines(const LayerQuestion& question, LayerInspection& found, const JobContext& job,
        const std::function<void(const LayerInspection&)>& stage);
    Result<LayerOutline> outline(const LayerInfo& layer, const JobContext& job) const;
    Status outlineRun(const RunWeights& run, const JobContext& job);
    std::vector<LayerOutline> knownOutlines(const LayerQuestion& question);
    Result<std::optional<SmoothInputs>> smoothing(const LayerInspection& found) const;
    Result<SiteStatistics> readSite(const std::string& site) const;
    const LayerProfile* profileOf(const std::string& layer) const;
    bool hasStatistics(const LayerInspection& found) const { return found.inputs.has_value(); }

    ProjectPtr m_project;
    std::filesystem::path m_workspace;
    std::shared_ptr<const Profile> m_profile;
    std::string m_weightOf; ///< layer
    Matrix m_weight;
    LastSite m_sites;
    std::optional<RunWeights> m_run; ///< of the question in hand, where it can be read
    std::map<std::string, LayerOutline> m_outlines;
    RowId m_outlinesRun = 0; ///< whose weights they hold
};

} // namespace kerf::core
