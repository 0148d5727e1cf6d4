// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/result.h"
#include "core/evaluate/evaluate.h"
#include "core/evaluate/recording_pass.h"
#include "core/graph/linear.h"
#include "core/model/network.h"
#include "core/task/samples.h"

namespace kerf::core {

/// How far a network with replaced layers is from the original, in the words of its task.
struct TaskEvaluation {
    std::string task, unit;
    std::int64_t samples = 0;
    std::int64_t results = 0; ///< scored
    double divergence = 0; ///< mean over the results
    double divergenceStderr = 0; ///< of that mean, from the spread of the samples' means
    double sameTop1 = 0; ///< share of results whose largest element is the original's
    std::vector<double> sampleDivergence, sampleSame; ///< means of each sample
    /// Share of results whose largest element is the label; of the original too. Set when there are labels.
    std::optional<double> accuracy, originalAccuracy;
    std::vector<double> sampleRight; ///< of each sample; empty without labels
};

/// Runs both over all samples, a few at a time. `candidate`: the network that the replacements go into, of the same
/// blocks, samples and results as the original. `labels`: the right class of every sample; empty: not known.
/// Errors: InvalidArgument (no sample; labels for another number of samples; a network without a task), Numerical,
/// Cancelled.
Result<TaskEvaluation> evaluateTask(const Network& original, const Network& candidate, const Replacements& replacements,
    const Samples& samples, const std::vector<std::int64_t>& labels, const JobContext& job);

/// Gives `add` the results of every sample of both, as Task::results, in any order; samples of recordings go on from
/// their own states (recording_pass.h). Errors: those of running and of `add`; Cancelled.
Result<std::vector<StateErrors>> compareResults(const Network& original, const Network& candidate,
    const Replacements& replacements, const Task& task, const Dataset& data, const JobContext& job,
    const AddResults& add);

/// The same of a text, as an evaluation stores it: texts stand for windows, scored results for tokens, and there is no
/// perplexity. Errors: as evaluateTask.
Result<Evaluation> evaluateTexts(const Network& original, const Network& candidate, const Replacements& replacements,
    const Dataset& data, const JobContext& job);

} // namespace kerf::core
