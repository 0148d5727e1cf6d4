// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/calibrate/channel_drift.h"
#include "core/jobs/project.h"
#include "core/text/coverage.h"

namespace kerf::core {

/// How the layers are ordered by their errors with fewer windows, beside their order with all of them.
struct RankingStep {
    std::int64_t windows = 0;
    double spearman = 0; ///< rank correlation with all windows; NaN below 3 layers
    double kendall = 0; ///< tau-b: the same by pairs of layers
    std::int64_t largestMove = 0; ///< places
    std::string movedLayer; ///< that moved so far
};

/// Whether the order of the layers settles as windows are added.
struct Ranking {
    std::string format;
    std::vector<std::string> layers; ///< that the format can hold
    std::vector<RankingStep> steps; ///< fewer windows first; the last is all of them
    /// The fewest windows from which on every step has a rank correlation of at least kSettled; nullopt: with all only.
    std::optional<std::int64_t> settledAt;

    static constexpr double kSettled = 0.99;
};

/// What a calibration text does to a model's statistics.
struct DataLens {
    Dataset calibration, other; ///< without their windows; `other` has no name without another text
    std::vector<SiteDrift> drift; ///< from the calibration to the other text, in the network's order; empty without it
    std::optional<Coverage> coverage; ///< of the other text by the calibration
    Ranking ranking;
    std::vector<std::string> advice; ///< calibrationAdvice()
};

struct LensOptions {
    std::string format = "int4-g64"; ///< whose rounding to nearest gives the errors
    int halvings = 3; ///< windows: N, N/2, N/4, N/8
    std::size_t worst = 5; ///< channels listed at each site
};

/// Kendall's tau-b of pairs of values, ties in neither counted (Kendall, Biometrika 33, 1945); NaN where one is
/// constant. Time O(n²).
double kendallTau(const std::vector<double>& a, const std::vector<double>& b);
/// The order of layers at each step. `errors`: [step][layer], the last step with all windows.
Ranking rankingOf(const std::vector<std::string>& layers, const std::vector<std::int64_t>& windows,
    const std::vector<std::vector<double>>& errors);

/// Calibrates on the first windows of the text, N/8, N/4, N/2 and all N, and on the other text, where one is given. The
/// error of a layer is tr(D H Dᵀ) / tr(W H Wᵀ), D = W - round to nearest(W), without a search for scales, so that only
/// H changes. Statistics of all windows stay in the workspace, as a profile keeps them; those of fewer are removed.
/// Errors: InvalidArgument (fewer than 2 windows; a format that no layer can hold), those of loadData and calibrate.
Result<DataLens> lookThroughLens(const Project& project, Workspace& workspace, const DataChoice& calibration,
    const std::optional<DataChoice>& other, const LensOptions& options, const JobContext& job);

/// Keys: calibration, against (null without another text), drift, format, layers, steps ([{windows, spearman, kendall,
/// largest_move, moved_layer}]), settled_at (null: not before all windows), coverage (null without another text),
/// advice.
Json toJson(const DataLens& lens);
/// What the ranking says, in one sentence.
std::string rankingText(const Ranking& ranking);
/// Where channel ranges moved the most, in one sentence. @pre there is another text.
std::string driftText(const DataLens& lens);
/// Sites whose channels moved the most, first; of equals the earlier one.
std::vector<SiteDrift> byMovedShare(std::vector<SiteDrift> drift);

} // namespace kerf::core
