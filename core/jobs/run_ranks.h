// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <optional>
#include <vector>

#include "core/evaluate/pareto.h"
#include "core/jobs/speed_job.h"

namespace kerf::core {

/// What runs are compared by, across and upwards.
enum class FrontX { Speed, Size, Bits };
enum class FrontY { Kld, Perplexity, CosineDistance, Accuracy, MacroF1, EntityF1, Spearman, QuestionAccuracy };
inline constexpr int kFrontYs = 8;

/// What runs are compared by upwards.
struct FrontMetric {
    const char* name; ///< as Metric::name
    bool higherIsBetter = false;
    bool isDivergence = false; ///< the original's is 0, whether that was measured or not; predicted by a profile
};
const FrontMetric& frontMetric(FrontY y);

/// Whether speeds can rank runs at all.
enum class SpeedRanking {
    Ranked,
    NotTimed, ///< a run's kernels were never timed, or no kernel runs one of its formats
    FewSittings, ///< fewer than kLeastSittings for a run: the drift is not known
    Alike, ///< no two runs' speeds can be told apart
};

/// Speeds of the models of a workspace.
using WorkspaceSpeeds = std::map<RowId, ModelSpeeds>;
Result<WorkspaceSpeeds> loadSpeeds(const Workspace& workspace);

/// Where each run stands among the runs of its model.
struct RunRanks {
    FrontX x = FrontX::Speed;
    FrontY y = FrontY::Kld;
    SpeedRanking speeds = SpeedRanking::Ranked; ///< of the runs that are measured on y
    std::vector<std::optional<SpeedFigure>> figures; ///< by position in the list of runs
    std::vector<Rank> ranks; ///< likewise; Rank::other too
};

/// Ranks runs. Without `x`: by speed where speeds rank them, else by size. On the divergence and the perplexity runs
/// are compared window by window on the text that both were measured on, so that the text's own part of the error
/// cancels (Student's t at 97.5 % a side); in size by their bytes, in speed by SpeedTable::compare.
RunRanks rankRuns(const std::vector<RunRow>& runs, const WorkspaceSpeeds& speeds, std::optional<FrontX> x, FrontY y);

/// The model as it is stored: nothing is quantized, no cache is. Its divergence is 0 by definition.
bool isOriginal(const Plan& plan);
/// The same of a run: a checkpoint that was added never is, whatever its layers hold.
bool isOriginal(const RunRow& run);

} // namespace kerf::core
