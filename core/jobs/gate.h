// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/decide/paired_loss.h"
#include "core/decide/requirement.h"
#include "core/jobs/speed_job.h"
#include "core/workspace/workspace.h"

namespace kerf::core {

/// Fewer items than this decide nothing where a metric is no share of right ones, and fewer clusters of items whatever
/// the metric is: resamples of so few say too little.
inline constexpr std::size_t kLeastJudged = 20;

/// What is independent where items are not: documents that windows are of, passages that questions are about.
struct GateClusters {
    std::size_t count = 0; ///< among the items; 0: not told apart, 1: items stand for them
    bool itemsStandAlone = true; ///< what is resampled are items: of one, none or each of its own
    double designEffect = 1; ///< so many items count as one that stands alone; bounds and items needed follow it
};

/// Whether one requirement holds of a run.
struct GateFinding {
    Requirement requirement;
    std::string metric; ///< that was judged
    std::string dataset, datasetHash; ///< whose items; of a speed the machine
    std::size_t items = 0; ///< of a speed sittings
    double value = 0, reference = 0; ///< the metric of the run and of the reference
    double estimate = 0; ///< of what is required: the drop, the ratio, the value, the share
    LossBounds bounds; ///< of its true value, each with the requirement's confidence
    std::optional<PairedAnswers> answers {}; ///< where each item is right or wrong
    GateClusters clusters {};
    bool isOfWindows = false; ///< the items are windows of texts
    GateVerdict verdict = GateVerdict::Inconclusive;
    /// Items that would decide with probability 0.8 if what was seen goes on; nothing when it is decided, or when the
    /// estimate is the limit.
    std::optional<double> itemsNeeded {};

    bool leansToAccept() const
    {
        return requirement.of == Requirement::Of::Speed ? estimate >= requirement.limit : estimate <= requirement.limit;
    }
};

/// Whether a metric was measured on what the run was calibrated on: the same windows, or more than kOverlapByChance of
/// the runs of 13 tokens. It then says too much good of the run.
bool wasCalibratedOn(const RunRow& run, const Metric& metric);

/// What a run is judged against.
struct GateReference {
    std::optional<RunRow> run {}; ///< nothing: the model as it is stored, which was not measured
    ModelSpeeds speeds {}; ///< of the model's plans

    std::string name() const; ///< as sentences have it: "\"int8\"", "the original"
};

/// The run that another is judged against: the one named, by number or name, else the original of its model. Errors:
/// there is no such run; InvalidArgument: it is of another model.
Result<GateReference> gateReference(const Workspace& workspace, const RunRow& run, const std::string& name);

/// Which items of a set are looked at. One of several runs is chosen by one half and judged by the other: of each two
/// neighbours one is of the first and one of the second, drawn by a fixed seed from where they stand; the last of an
/// odd number judges. Where there are clusters, neighbours are clusters, in the order of their first items.
enum class ItemHalf { Both, Choosing, Judging };

/// Judges a run on the newest items that both runs were measured on. Accepted is what the upper bound keeps to,
/// rejected what the lower one does not (non-inferiority; docs/manual/gate.md). A speed is judged by sittings in place
/// of items, whichever half (judgeSpeed). Items of one document or passage are resampled together (pairedBounds); where
/// they are right or wrong, Tango's interval is widened by the design effect (guardedDesignEffect), because resamples
/// of few flips say that there can be no more of them. Errors: InvalidArgument, in a sentence: the metric was not
/// measured, or on other items, or on items of the calibration text; it has no value for each item; it has no ratio, or
/// no better way; fewer than two items.
Result<GateFinding> judgeRun(
    const RunRow& run, const GateReference& reference, const Requirement& requirement, ItemHalf half = ItemHalf::Both);

/// One for all: accepted where all are, rejected where one is. Several requirements need no correction (intersection
/// and union): all must hold.
GateVerdict verdictOf(const std::vector<GateFinding>& findings);

/// Significant digits that an estimate and its bounds are written with: near 1 three of a ratio say nothing.
int gateDigits(const GateFinding& finding);
/// In one sentence: verdict, bound, limit, items, and flips where there are some.
std::string gateText(const GateFinding& finding);
/// mcnemarTest(); nothing where items are not right or wrong, or hang together.
std::optional<double> mcnemarOf(const GateFinding& finding);
/// A sentence on what the items hang together by, or nothing: "Resampled by document: 40 of them."
std::string clustersText(const GateFinding& finding);
/// Keys: require, metric, dataset, value, reference, estimate, lower, upper, level, n, clusters (null: not told apart;
/// 1: items stand for them), design_effect, verdict, needed_n (null when decided), harmful, beneficial, mcnemar_p (null
/// where items are not right or wrong; mcnemar_p also where they hang together).
Json toJson(const GateFinding& finding);

} // namespace kerf::core
