// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/quantize/bias_correction.h"

#include "core/graph/ops/grouped_linear.h"
#include "core/graph/ops/linear.h"

namespace kerf::core {

Result<Vector> biasCorrection(const Matrix& weight, const QuantizedTensor& quantized, const SiteStatistics& statistics)
{
    if (statistics.mean.size() == 0)
        return fail(ErrorCode::InvalidArgument,
            "the statistics of its inputs were kept by an earlier version, without their mean, which the bias "
            "correction needs. Leave bias_correction out, or calibrate on other data.");
    const std::int64_t ofGroup = weight.rows() / statistics.groups();
    const VectorD mean = statistics.mean.cast<double>();
    const Matrix lost = weight - dequantize(quantized);
    Vector shift(weight.rows());
    for (Eigen::Index row = 0; row < weight.rows(); ++row)
        shift[row] = static_cast<float>(
            lost.row(row).cast<double>().dot(mean.segment(row / ofGroup * weight.cols(), weight.cols())));
    return shift;
}

bool takesBiasCorrection(const Graph& graph, const LayerInfo& layer)
{
    const Op* op = graph.nodeOfLayer(static_cast<int>(&layer - graph.layers().data())).op;
    return op == &linearOp() || op == &groupedLinearOp();
}

} // namespace kerf::core
