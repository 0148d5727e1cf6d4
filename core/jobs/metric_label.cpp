// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/metric_label.h"

#include <algorithm>
#include <array>

#include "core/base/number_text.h"

namespace kerf::core {
namespace {

struct Row {
    std::string_view name;
    const char* text;
    double factor = 1;
};
constexpr std::array<Row, 49> kRows { {
    { "kld_mean", "KL divergence, nats" },
    { "kld_median", "KL divergence, median" },
    { "kld_p90", "KL divergence, 90th percentile" },
    { "kld_p99", "KL divergence, 99th percentile" },
    { "kld_max", "KL divergence, largest" },
    { "perplexity", "Perplexity" },
    { "reference_perplexity", "Perplexity of the original" },
    { "same_top1", "Same top-1 as the original, %", 100 },
    { "acc", "Accuracy, %", 100 },
    { "acc_norm", "Accuracy by characters, %", 100 },
    { "acc_bytes", "Accuracy by bytes, %", 100 },
    { "exact_match", "Short answers that are right, %", 100 },
    { "answer_f1", "F1 of short answers, %", 100 },
    { "completion_perplexity", "Perplexity of completions" },
    { "cosine_distance", "1 - cosine to the original" },
    { "squared_difference", "Squared difference from the original" },
    { "output_divergence", "Divergence of all outputs" },
    { "chance_error", "Mean error of the chances" },
    { "state_error", "Error of the states at the last step, %", 100 },
    { "box_score_error", "Mean error of the boxes' scores" },
    { "agreement_ap", "AP against the original's boxes, %", 100 },
    { "agreement_ap50", "AP against the original's boxes at overlap .5, %", 100 },
    { "agreement_ap75", "AP against the original's boxes at overlap .75, %", 100 },
    { "ap", "AP, COCO, %", 100 },
    { "ap50", "AP at overlap .5, %", 100 },
    { "ap75", "AP at overlap .75, %", 100 },
    { "ap_small", "AP of small things, %", 100 },
    { "ap_medium", "AP of things of middle size, %", 100 },
    { "ap_large", "AP of large things, %", 100 },
    { "ar_1", "Recall with 1 box, COCO, %", 100 },
    { "ar_10", "Recall with 10 boxes, COCO, %", 100 },
    { "ar_100", "Recall with 100 boxes, COCO, %", 100 },
    { "accuracy", "Accuracy on labelled texts, %", 100 },
    { "f1_macro", "F1, mean over classes, %", 100 },
    { "f1_micro", "F1 over all texts, %", 100 },
    { "entity_f1", "F1 of entities, %", 100 },
    { "entity_precision", "Precision of entities, %", 100 },
    { "entity_recall", "Recall of entities, %", 100 },
    { "word_accuracy", "Words with the right tag, %", 100 },
    { "cosine_to_original", "Cosine to the original's embeddings" },
    { "spearman", "Rank correlation with the scores (Spearman)" },
    { "pearson", "Correlation with the scores (Pearson)" },
    { "decode_tokens_per_second", "Decode, tokens/s" },
    { "measured_decode_tokens_per_second", "Decode, measured once, tokens/s" },
    { "prefill_tokens_per_second", "Prefill, measured once, tokens/s" },
    { "peak_memory_bytes", "Peak memory, MB", 1e-6 },
    { "size_bytes", "Size, MB", 1e-6 },
    { "bits_per_weight", "Bits per weight" },
    { "seconds", "Time to quantize, s" },
} };

} // namespace

MetricLabel metricLabel(std::string_view metric)
{
    const auto found = std::ranges::find(kRows, metric, &Row::name);
    return found == kRows.end() ? MetricLabel { std::string(metric) } : MetricLabel { found->text, found->factor };
}

std::string cellText(const std::optional<MetricCell>& cell, double factor)
{
    if (!cell)
        return "–";
    if (cell->value == 0 && cell->standardError.value_or(0) == 0)
        return "0";
    return cell->standardError ? measuredText(factor * cell->value, factor * *cell->standardError)
                               : numberText(factor * cell->value, 4);
}

} // namespace kerf::core
