// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/evaluate/label_metric.h"
#include "core/graph/linear.h"
#include "core/model/network.h"
#include "core/text/labelled_set.h"
#include "core/text/tokenizer.h"

namespace kerf::core {

/// What one text gave, in words.
struct LabelAnswer {
    std::string expected, found; ///< classes; tags behind one another; numbers
};

/// What a network makes of labelled texts (docs/methods.md section 6).
struct LabelScores {
    std::string dataset, datasetHash, task;
    std::int64_t texts = 0;
    std::int64_t cut = 0; ///< texts that were longer than what the model takes
    std::int64_t lostWords = 0; ///< words that have no token; they count as outside of every entity
    std::vector<LabelMetric> metrics;
    std::vector<LabelAnswer> answers;
    std::string protocol; ///< one sentence
};
/// Keys: task, texts, and for each metric its name, …_stderr, …_original, …_difference (value, low, high).
Json toJson(const LabelScores& scores);

/// A network that is scored beside its original; null: the original alone.
struct LabelCandidate {
    const Network* network = nullptr;
    const Replacements* replacements = nullptr;
};

/// Scores by the network's task. Classification: accuracy and F1, mean over the classes that occur (f1_macro) and over
/// all texts (f1_micro, which equals accuracy where every text has one class). Token classification: precision, recall
/// and F1 of entities (entities.h), and the share of words with the right tag; a word's tag is that of its first token.
/// Embeddings and regression: Spearman's and Pearson's correlation of the pairs' cosine, or of the one output, with
/// their scores; of embeddings the mean cosine to the original's too. `classes`: what labels mean. Errors:
/// InvalidArgument (labels of another kind than the network's results, an unknown label: line named), as labelSamples,
/// Numerical, Cancelled.
Result<LabelScores> scoreLabels(const Network& original, const LabelCandidate& candidate,
    const std::vector<std::string>& classes, const Tokenizer& tokenizer, const LabelledSet& set, const JobContext& job);

} // namespace kerf::core
