// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/jobs/metric_kind.h"
#include "core/jobs/paired_set.h"
#include "core/jobs/run_ranks.h"

namespace kerf::core {

/// Most runs that are compared at a time: markers and colours of more cannot be told apart.
inline constexpr std::size_t kMostCompared = 8;

/// How a run stands to the reference in one metric.
enum class Verdict {
    Reference, ///< it is the reference
    Better, ///< the interval of the difference has one sign
    Worse,
    Same, ///< the interval holds 0: the two cannot be told apart. That does not prove them equal
    Equal, ///< certain: the same bytes, the same values in every window
    Unknown, ///< cannot be said: Hindrance says why
};
const char* verdictName(Verdict verdict); ///< "reference", "better", "worse", "same", "equal", "not comparable"

/// Why there is no interval and so no verdict.
enum class Hindrance {
    None,
    NotMeasured, ///< one of the two does not have the metric
    OtherWindows, ///< they were measured on other windows
    NoWindows, ///< the metric has no value by window
    FewWindows, ///< fewer than kLeastPairs
    FewClusters, ///< enough windows or items, of fewer than kLeastPairs documents or groups
    OneSitting, ///< a speed that was measured once for each: the machine's mood of that moment is in it
    NotTimed, ///< kernels were never timed, or in fewer than kLeastSittings
    NoDirection, ///< neither way is better
};
/// One sentence; empty for None.
std::string_view hindranceText(Hindrance hindrance);

struct MetricCell {
    double value = 0;
    std::optional<double> standardError {};
};

/// Of one run to the reference.
struct MetricDifference {
    std::optional<double> value {}; ///< nothing where one of the two is not known, or they are of other texts
    std::optional<SpeedInterval> interval {}; ///< 95 %
    Verdict verdict = Verdict::Unknown;
    Hindrance hindrance = Hindrance::None;
};

/// One metric of all runs.
struct MetricLine {
    std::string name; ///< as Metric::name; "decode_tokens_per_second" and "seconds" besides
    std::string unit;
    Direction direction = Direction::None;
    bool isExact = false; ///< follows from the plan: has no error
    std::string dataset, datasetHash; ///< the reference's; empty where none is meant
    std::optional<MetricCell> original {}; ///< the model's as it is stored
    std::vector<std::optional<MetricCell>> values {}; ///< by run
    std::vector<MetricDifference> differences {}; ///< by run

    /// Neither values nor errors of any two runs differ.
    bool isAlike() const;
};

struct MetricComparison {
    std::size_t reference = 0; ///< position among the runs
    std::vector<MetricLine> lines;
    std::vector<PairedSet> paired; ///< texts and labelled sets on which all were measured; the divergence's first
};

/// Compares runs of one model, metric by metric. Divergence, perplexity and agreement are compared window by window,
/// scores of labelled texts and of questions one by one, on the newest set that all runs have (pairedDifference),
/// those of one document or group together (pairedDifference's clusters),
/// decode speeds by the sittings of the kernels in which the runs differ (SpeedTable), sizes exactly. @param original
/// the run of the model as it is stored, or null Errors: InvalidArgument (no run or more than kMostCompared, of several
/// models, no such reference).
Result<MetricComparison> compareMetrics(
    const std::vector<RunRow>& runs, std::size_t reference, const ModelSpeeds& speeds, const RunRow* original);

/// The documents or groups of the draws of metrics that have the same items, of the first metric that knows them.
std::vector<std::int32_t> clusterNumbers(std::initializer_list<const Metric*> metrics);

/// A run's metric on the text or labelled set of a hash, or null.
const Metric* metricOn(const RunRow& run, const std::string& name, const std::string& datasetHash);

/// The run of a model as it is stored, or null.
const RunRow* findOriginal(const std::vector<RunRow>& runs, RowId model);

} // namespace kerf::core
