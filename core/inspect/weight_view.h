// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/format/format.h"

namespace kerf::core {

/// How the weights of a layer are distributed.
struct WeightView {
    LayerShape shape;
    double mean = 0;
    double sigma = 0; ///< standard deviation
    double absMax = 0;
    /// Fourth central moment over the square of the variance: 3 for a Gaussian, more for heavy tails. 0 when all
    /// weights are equal.
    double kurtosis = 0;
    std::int64_t zeros = 0; ///< weights that are exactly 0
    /// Weights in bins of equal width from -absMax to absMax; the last bin holds absMax too.
    std::vector<std::int64_t> counts;

    double binWidth() const { return 2 * absMax / static_cast<double>(counts.size()); }
};

/// @pre the weight is finite and not empty, bins > 0. Sums in double, row by row: the same for any thread count.
WeightView viewWeight(const MatrixRef& weight, int bins);

/// What the weights that share one scale can become.
struct GroupGrid {
    std::int64_t group = 0, groups = 0; ///< which of how many, row by row
    std::int64_t row = 0; ///< of the weight; the first where several rows share the scale
    std::int64_t firstColumn = 0, columns = 0;
    float scale = 0;
    std::optional<float> zero; ///< of formats that have one; what it means: ZeroKind
    std::vector<float> values; ///< ascending, without repeats

    /// The least distance between two values; 0 for fewer than two.
    double step() const;
};

/// The grid of one group of a quantized weight. Groups count along the rows: rows times groups a row. A scale of the
/// whole weight, or of a square, is shown for each row's part. Errors: InvalidArgument: there is no such group.
Result<GroupGrid> gridOf(const QuantizedTensor& tensor, std::int64_t group);

/// The same for a weight that is not quantized yet, as round to nearest would choose the scale by the format's own
/// rule. Only the row is rounded where no other row has a part in its scale. Errors: as Format::checkShape;
/// InvalidArgument.
Result<GroupGrid> plainGrid(const Matrix& weight, const FormatPtr& format, std::int64_t group, const JobContext& job);

/// How often every code was chosen, [2^codeBits]. Codes no weight has are 0.
std::vector<std::int64_t> countCodes(const QuantizedTensor& tensor);

} // namespace kerf::core
