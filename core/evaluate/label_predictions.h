// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/graph/linear.h"
#include "core/model/network.h"
#include "core/task/task.h"
#include "core/text/labelled_set.h"
#include "core/text/token_sample.h"

namespace kerf::core {

/// Labelled texts as a network reads them.
struct LabelSamples {
    std::vector<TokenSample> samples; ///< of each text one; of pairs that are embedded apart two, one behind the other
    /// Of texts that are words: the row of each word's first token; -1: it has none, or was cut off.
    std::vector<std::vector<std::int64_t>> rowOfWord;
    std::int64_t cut = 0; ///< texts that were too long
    std::int64_t lostWords = 0; ///< words without a row
};
/// Pairs go in together where the network looks at both (classification, regression), apart where it embeds. Errors:
/// InvalidArgument (a text that the tokenizer cannot take: line named; pairs where it says nothing of two).
Result<LabelSamples> labelSamples(
    const Network& network, const Task& task, const Tokenizer& tokenizer, const LabelledSet& set);

/// The network's results for each sample: [scored, width]. A text's own results do not depend on the texts beside it.
/// Errors: Numerical, Cancelled, as Network::enter.
Result<std::vector<Matrix>> resultsOf(const Network& network, const Replacements& replacements, const Task& task,
    const std::vector<TokenSample>& samples, const JobContext& job);

/// The column of the largest element of a row; the first of equal ones.
std::int64_t largestColumn(const Matrix& results, Eigen::Index row);
/// One vector of a text: its only row, or the mean of its tokens' rows.
Matrix embeddingOf(const Matrix& results);

} // namespace kerf::core
