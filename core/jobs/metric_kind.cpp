// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/metric_kind.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace kerf::core {
namespace {

constexpr std::array<MetricKind, 49> kKinds { {
    { "kld_mean", Direction::Lower },
    { "kld_median", Direction::Lower },
    { "kld_p90", Direction::Lower },
    { "kld_p99", Direction::Lower },
    { "kld_max", Direction::Lower },
    { "perplexity", Direction::Lower, false, false, OfMean::Exponential },
    { "reference_perplexity", Direction::None },
    { "same_top1", Direction::Higher },
    { "acc", Direction::Higher },
    { "acc_norm", Direction::Higher },
    { "acc_bytes", Direction::Higher },
    { "exact_match", Direction::Higher },
    { "answer_f1", Direction::Higher },
    { "completion_perplexity", Direction::Lower },
    { "cosine_distance", Direction::Lower },
    { "squared_difference", Direction::Lower },
    { "output_divergence", Direction::Lower },
    { "chance_error", Direction::Lower },
    { "state_error", Direction::Lower },
    { "box_score_error", Direction::Lower },
    { "agreement_ap", Direction::Higher },
    { "agreement_ap50", Direction::Higher },
    { "agreement_ap75", Direction::Higher },
    { "ap", Direction::Higher },
    { "ap50", Direction::Higher },
    { "ap75", Direction::Higher },
    { "ap_small", Direction::Higher },
    { "ap_medium", Direction::Higher },
    { "ap_large", Direction::Higher },
    { "ar_1", Direction::Higher },
    { "ar_10", Direction::Higher },
    { "ar_100", Direction::Higher },
    { "accuracy", Direction::Higher },
    { "f1_macro", Direction::Higher },
    { "f1_micro", Direction::Higher },
    { "entity_f1", Direction::Higher },
    { "entity_precision", Direction::Higher },
    { "entity_recall", Direction::Higher },
    { "word_accuracy", Direction::Higher },
    { "cosine_to_original", Direction::Higher },
    { "spearman", Direction::Higher },
    { "pearson", Direction::Higher },
    { "decode_tokens_per_second", Direction::Higher },
    { "measured_decode_tokens_per_second", Direction::Higher, false, true },
    { "prefill_tokens_per_second", Direction::Higher, false, true },
    { "peak_memory_bytes", Direction::Lower, false, true },
    { "size_bytes", Direction::Lower, true },
    { "bits_per_weight", Direction::None, true },
    { "seconds", Direction::None },
} };

} // namespace

std::span<const MetricKind> metricKinds()
{
    return kKinds;
}

const MetricKind& metricKind(const std::string& name)
{
    static constexpr MetricKind kOther { "", Direction::None };
    const auto found = std::ranges::find_if(kKinds, [&](const MetricKind& kind) { return name == kind.name; });
    return found == kKinds.end() ? kOther : *found;
}

std::span<const char* const> answerMetrics()
{
    static constexpr std::array kNames { "accuracy", "acc", "exact_match", "acc_norm", "acc_bytes" };
    return kNames;
}

bool isOfAnswers(const std::string& metric)
{
    return std::ranges::any_of(answerMetrics(), [&](const char* name) { return metric == name; });
}

bool isOfTask(const std::string& metric)
{
    static constexpr std::array kScores { "answer_f1", "f1_macro", "f1_micro", "entity_f1", "entity_precision",
        "entity_recall", "word_accuracy", "spearman", "pearson", "ap", "ap50", "ap75" };
    return isOfAnswers(metric) || std::ranges::any_of(kScores, [&](const char* name) { return metric == name; });
}

std::optional<double> valueOfOriginal(const std::string& metric)
{
    if (metric == "same_top1" || metric == "cosine_to_original" || metric.starts_with("agreement_"))
        return 1.0;
    static constexpr std::array kDistances { "cosine_distance", "squared_difference", "output_divergence",
        "chance_error", "state_error", "box_score_error" };
    const bool isDistance = metric.starts_with("kld_")
        || std::ranges::any_of(kDistances, [&](const char* name) { return metric == name; });
    return isDistance ? std::optional(0.0) : std::nullopt;
}

} // namespace kerf::core
