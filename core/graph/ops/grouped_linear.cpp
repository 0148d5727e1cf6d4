// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/grouped_linear.h"

#include <fmt/format.h>

#include "core/graph/ops/rows.h"
#include "core/graph/shifted_linear.h"
#include "kernels/multiversion.h"

namespace kerf::core {
namespace {

/// From so many rows and columns of a group on, a product of matrices is faster than sums.
constexpr std::int64_t kBlasOutputs = 8, kBlasColumns = 16;

/// One row of x: each output is the sum over the few columns of its group.
KERF_MULTIVERSION void sumGroups(
    const float* x, const float* weight, std::int64_t groups, std::int64_t outputs, std::int64_t columns, float* y)
{
    for (std::int64_t group = 0; group < groups; ++group, x += columns)
        for (std::int64_t i = 0; i < outputs; ++i, weight += columns) {
            float sum = 0;
            for (std::int64_t k = 0; k < columns; ++k)
                sum += x[k] * weight[k];
            *y++ = sum;
        }
}

class GroupedLinearOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "grouped_linear", "", { ParameterKind::Linear, ParameterKind::Numbers } };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape> parameters) const override
    {
        const std::int64_t groups = attributesOf<GroupedLinear>(node).groups;
        const Shape& weight = parameters[0];
        if (inputs.size() != 1 || weight.size() != 2 || groups < 1 || weight[0] % groups != 0
            || weight[1] * groups != inputs[0].width())
            return fail(ErrorCode::InvalidArgument,
                fmt::format("a weight of {} rows and {} columns in {} groups is given rows of {}.",
                    weight.empty() ? 0 : weight.front(), weight.empty() ? 0 : weight.back(), groups,
                    inputs[0].width()));
        return std::vector { ValueType { { weight[0] }, inputs[0].rows, ElementType::Float } };
    }

    Status forward(OpContext& context) const override
    {
        const std::int64_t groups = context.attributes<GroupedLinear>().groups;
        KERF_TRY(const LinearPtr linear, context.heldLinear());
        Matrix weight(linear->shape().rows, linear->shape().cols);
        KERF_CHECK(linear->decodeRows(0, weight));
        const MatrixRef x = context.input();
        MutableMatrixRef y = context.output();
        if (linear->roundsInputs()) {
            Matrix rounded(x.rows(), x.cols());
            linear->roundInputs(x, context.lengths(), rounded);
            multiply(weight, groups, rounded, context.lengths(), y);
        } else {
            multiply(weight, groups, x, context.lengths(), y);
        }
        if (const Vector* shift = outputShift(*linear))
            forEachRow(y.rows(), [&](std::int64_t row) { y.row(row) += shift->transpose(); });
        const Vector& bias = context.vector(1);
        if (bias.size() > 0)
            forEachRow(y.rows(), [&](std::int64_t row) { y.row(row) += bias.transpose(); });
        return {};
    }

private:
    static void multiply(const Matrix& weight, std::int64_t groups, const MatrixRef& x,
        std::span<const std::int64_t> lengths, MutableMatrixRef y)
    {
        const std::int64_t outputs = weight.rows() / groups, columns = weight.cols();
        if (outputs < kBlasOutputs || columns < kBlasColumns) {
            forEachRow(x.rows(), [&](std::int64_t row) {
                sumGroups(x.row(row).data(), weight.data(), groups, outputs, columns, y.row(row).data());
            });
            return;
        }
        for (std::int64_t group = 0; group < groups; ++group)
            DenseLinear(weight.middleRows(group * outputs, outputs))
                .apply(x.middleCols(group * columns, columns), lengths, y.middleCols(group * outputs, outputs));
    }
};

} // namespace

const Op& groupedLinearOp()
{
    static const GroupedLinearOp op;
    return op;
}

} // namespace kerf::core
