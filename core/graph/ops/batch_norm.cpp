// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/batch_norm.h"

#include <cmath>

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

class BatchNormOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "batch_norm", "BatchNormalization",
            { ParameterKind::Numbers, ParameterKind::Numbers, ParameterKind::Numbers, ParameterKind::Numbers }, 1 };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node&, std::span<const ValueType> inputs, std::span<const Shape> parameters) const override
    {
        for (const Shape& shape : parameters)
            if (inputs[0].shape.empty() || shape != Shape { inputs[0].shape[0] })
                return fail(ErrorCode::InvalidArgument, "one number for each channel is needed.");
        return std::vector { inputs[0] };
    }

    Status forward(OpContext& context) const override
    {
        const double epsilon = context.attributes<BatchNorm>().epsilon;
        const Vector &weight = context.vector(0), &bias = context.vector(1), &mean = context.vector(2),
                     &variance = context.vector(3);
        Vector scale(weight.size()), shift(weight.size());
        for (Eigen::Index i = 0; i < weight.size(); ++i) {
            const double factor
                = static_cast<double>(weight[i]) / std::sqrt(static_cast<double>(variance[i]) + epsilon);
            scale[i] = static_cast<float>(factor);
            shift[i] = static_cast<float>(static_cast<double>(bias[i]) - factor * static_cast<double>(mean[i]));
        }
        const MatrixRef x = context.input();
        MutableMatrixRef y = context.output();
        const Eigen::Index places = x.cols() / weight.size();
        forEachRow(x.rows(), [&](std::int64_t row) {
            for (Eigen::Index channel = 0; channel < weight.size(); ++channel)
                y.row(row).segment(channel * places, places)
                    = (x.row(row).segment(channel * places, places).array() * scale[channel] + shift[channel]).matrix();
        });
        return {};
    }
};

} // namespace

const Op& batchNormOp()
{
    static const BatchNormOp op;
    return op;
}

} // namespace kerf::core
