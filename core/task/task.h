// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/model/network.h"

namespace kerf::core {

/// What a detector's results say of boxes, as decodeBoxes (core/evaluate/detection.h) takes it. Stateless.
class BoxResults {
public:
    virtual ~BoxResults() = default;
    virtual const BoxDecoding& decoding() const = 0;
    virtual Matrix boxes(const Matrix& results) const = 0; ///< [candidates, 4]
    virtual Matrix scores(const Matrix& results) const = 0; ///< [candidates, classes], probabilities
};

/// What the results of a network mean: which of them are scored, and how far two sets of them are apart. Stateless.
class Task {
public:
    Task() = default;
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;
    virtual ~Task() = default;

    virtual const std::string& name() const = 0; ///< "language model", "classification"
    virtual const std::string& unit() const = 0; ///< of a divergence: "nats/token"
    virtual const std::string& metric() const = 0; ///< what a run's mean divergence is stored as: "kld_mean"
    virtual const std::string& divergenceName() const = 0; ///< "KL divergence", "cosine distance"
    virtual const std::string& quantity() const = 0; ///< unit of one number of it: "nats"; empty where it has none
    /// Results are logits: their largest element is what the network says.
    virtual bool hasClasses() const = 0;
    /// Results are rows of two classes, no and yes: each a chance of its own.
    virtual bool hasChances() const { return false; }
    /// How many results of a sample are scored.
    virtual std::int64_t scored(const Hidden& hidden, std::int64_t sample) const = 0;
    /// The scored results of one sample, [scored, width], from the hidden state behind the last block. Errors: those of
    /// Network::leave and logits.
    virtual Result<Matrix> results(const Network& network, const Hidden& hidden, std::int64_t sample) const = 0;
    /// How far each of a sample's results is from the original's: never below 0, 0 for equal ones. @pre equal shapes
    virtual std::vector<double> divergence(const Matrix& original, const Matrix& candidate) const = 0;
    /// Null: it finds no things in pictures.
    virtual const BoxResults* boxResults() const { return nullptr; }
};
using TaskPtr = std::shared_ptr<const Task>;

/// Next tokens: the logits of every token but the last of a window, whose successor is not in it; KL divergence.
const Task& languageTask();
/// One distribution over classes for each sample; KL divergence.
const Task& classificationTask();
/// One distribution over tags for each token; KL divergence.
const Task& tokenClassificationTask();
/// One number for each sample; squared difference.
const Task& regressionTask();
/// One vector for each sample; 1 - cosine.
const Task& embeddingTask();
/// One vector for each token: a base model without a head; 1 - cosine.
const Task& tokenEmbeddingTask();

/// By what the network's outputs mean (NetworkInfo::outputs). Several that are scored make one divergence: the sum of
/// theirs, each the mean of its rows, squared distances by the squared length of the original's. States and outputs
/// that nobody reads are not scored. Errors: InvalidArgument: results that no task knows; boxes without scores for
/// them.
Result<TaskPtr> taskOf(const Network& network);
/// The same for words about a network; a language model's where no task knows its results.
TaskPtr nearestTask(const Network& network);
/// "KL divergence, nats/token", "cosine distance"
std::string divergenceTitle(const Task& task);
/// A number of a divergence with its unit: "0.012 nats", "0.012".
std::string divergenceAmount(const Task& task, const std::string& number);
/// Errors: InvalidArgument: the results of the two networks cannot be compared: another task, another width.
Status requireSameOutputs(const Network& original, const Network& candidate);

} // namespace kerf::core
