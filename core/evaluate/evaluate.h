// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/evaluate/label_metric.h"
#include "core/model/network.h"
#include "core/text/dataset.h"

namespace kerf::core {

/// How far the states of a candidate are from the original's, step by step, each going on from its own: those that go
/// from sample to sample of a recording, or the h of a recurrent layer inside a sample.
struct StateErrors {
    std::string layer; ///< empty: of recordings
    std::vector<std::int64_t> steps; ///< from 1, rising
    /// Root of the mean square of the difference by that of the original's state, over all that are as long.
    std::vector<double> relative;
};
Json toJson(const StateErrors& errors); ///< layer, steps, relative

/// Metrics of a model against its original over one data set. KLD in nats per token (docs/methods.md section 6).
///
/// Standard errors treat windows, not tokens, as the independent draws: tokens of one window share their context, so
/// counting each as a draw would claim too much. It is sd(window means) / sqrt(windows); with a single window, over its
/// tokens. The perplexity's is perplexity * stderr(mean negative log-likelihood) (delta method).
/// Percentiles interpolate linearly between the nearest ranks.
struct Evaluation {
    std::string dataset;
    std::string datasetHash;
    std::int64_t window = 0;
    std::int64_t windows = 0;
    std::int64_t tokens = 0; ///< predictions scored: windows * (window - 1)
    /// What a divergence is stored as, and its unit: of a network that predicts no text those of its task, samples
    /// standing for windows and its scored results for tokens.
    std::string metric = "kld_mean", unit = "nats/token";
    bool hasPerplexity = true; ///< it predicts text
    bool hasClasses = true; ///< sameTop1 means something
    double perplexity = 0;
    double perplexityStderr = 0;
    std::vector<double> windowNll; ///< mean negative log likelihood of each window, nats
    /// Set when a reference was given.
    struct Divergence {
        double kldMean = 0, kldStderr = 0, kldMedian = 0, kldP90 = 0, kldP99 = 0, kldMax = 0;
        double sameTop1 = 0, sameTop1Stderr = 0; ///< share in [0, 1]
        double referencePerplexity = 0;
        std::vector<double> windowKld; ///< mean of each window: two plans are compared window by window
        std::vector<double> windowSame; ///< share of each window
        std::vector<double> windowReferenceNll; ///< the original's windowNll; empty where texts are no predictions
    };
    std::optional<Divergence> divergence;
    /// Share of the results whose largest element is the class that the data say; of the original too. Nothing: the
    /// data say none.
    std::optional<double> accuracy, originalAccuracy;
    std::vector<double> windowRight; ///< of each window
    std::vector<LabelMetric> scores; ///< what else the task measures: of boxes, of chances, of states
    std::string remark {}; ///< what the scores mean, in sentences; may be empty
    std::vector<StateErrors>
        stateErrors {}; ///< of a network with states; the score state_error is the largest at the end
    bool isOfSamples = false; ///< of pictures or other numbers, not of texts
    /// Share of the text's runs of 13 tokens that the calibration saw too (Overlap); set by a job that knows it.
    std::optional<double> calibrationOverlap;
    std::string protocol; ///< one sentence: how the windows were cut and scored
    double seconds = 0;
};
/// Keys: perplexity, perplexity_stderr, kld_mean, kld_stderr, kld_median, kld_p90, kld_p99, kld_max, same_top1, tokens,
/// …
Json toJson(const Evaluation& evaluation);

struct TokenScores;

/// Reference logits of one (model, data set), so that the original runs once. What is stored is the hidden state before
/// the final norm (float32, one row a scored token): vocabulary / hidden_size times smaller than the logits, and the
/// reference's own norm and head give them back bit for bit. Lives in a folder of the workspace, addressed by hash,
/// written atomically. The network must outlive it.
class ReferenceLogits {
public:
    /// Runs the network unless the folder already holds the logits. Errors: Numerical, Cancelled, DiskFull, Io.
    static Result<ReferenceLogits> compute(const Network& network, const std::string& modelHash, const Dataset& data,
        const std::filesystem::path& root, const JobContext& job);
    std::int64_t windows() const;
    std::int64_t vocabularySize() const;
    /// Calls visit(first, logits) for consecutive scored positions of one window, at most `tile` at a time, through the
    /// reference's own final norm and head. Errors: Io (file damaged), those of visit.
    Status forEachTile(std::int64_t window, std::int64_t tile,
        const std::function<Status(std::int64_t first, const Matrix& logits)>& visit) const;

private:
    struct Impl;
    std::shared_ptr<const Impl> m_impl;
};

/// Perplexity, and with a reference KL divergence, in one pass. Each window alone, no overlap; the first token of a
/// window is not scored. Replaced layers run in place of the original ones; each query sees keys and values as the
/// blocks' caches would give them back. Each model's logits come from its own final norm and head; their hidden sizes
/// may differ. Same result for any thread count; memory does not grow with the vocabulary, and with the data set by 25
/// bytes a token. `kept` gets what every token gave, with a reference also both models' most probable tokens: 115 bytes
/// a token. Errors: InvalidArgument (no windows, windows of unequal length, reference of another data set or
/// vocabulary), Numerical (logits that are not finite: window named), Cancelled, Io.
Result<Evaluation> evaluate(const Network& network, const Replacements& replacements, const Dataset& data,
    const ReferenceLogits* reference, const JobContext& job, const CacheSettings& caches = {},
    TokenScores* kept = nullptr);

} // namespace kerf::core
