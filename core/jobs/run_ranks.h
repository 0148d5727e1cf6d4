// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/evaluate/pareto.h"
#include "core/jobs/speed_job.h"

namespace kerf::core {

/// What runs are compared by, across and upwards.
enum class FrontX { Speed, Size, Bits };
enum class FrontY {
    Kld,
    Perplexity,
    CosineDistance,
    SquaredDifference,
    Accuracy,
    MacroF1,
    MicroF1,
    EntityF1,
    WordAccuracy,
    Spearman,
    Pearson,
    CosineToOriginal,
    QuestionAccuracy,
    ExactMatch,
    AnswerF1,
};
inline constexpr int kFrontYs = 15;

/// What runs are compared by upwards.
struct FrontMetric {
    const char* name; ///< as Metric::name
    const char* label; ///< of an axis
    bool higherIsBetter = false;
    bool isDivergence = false; ///< the original's is 0, whether that was measured or not; predicted by a profile
};
const FrontMetric& frontMetric(FrontY y);

/// Its label; of a divergence with the unit that the runs' metrics have.
std::string upLabel(FrontY y, const std::vector<RunRow>& runs);

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

/// What a run's distance from the original is stored as, by the network's task.
FrontY distanceOf(const Network& network);
/// A mean divergence from the original, by whatever task.
bool isDivergence(std::string_view metric);
/// A run's newest divergence, by whatever task it is; null: not measured.
const Metric* divergenceOf(const RunRow& run);
/// What the runs' distance from the original is stored as, by their metrics; the KL divergence where none has any.
FrontY divergenceAxis(const std::vector<RunRow>& runs);

/// The model as it is stored: nothing is quantized, no cache is. Its divergence is 0 by definition.
bool isOriginal(const Plan& plan);
/// The same of a run: a checkpoint that was added never is, whatever its layers hold.
bool isOriginal(const RunRow& run);

} // namespace kerf::core
