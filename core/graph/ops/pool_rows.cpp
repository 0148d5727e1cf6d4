// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/pool_rows.h"

#include <cmath>

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

using Kind = PoolRows::Kind;

/// The rows of a sample that count.
struct Counted {
    std::vector<std::int64_t> rows;
    std::int64_t first = 0; ///< the first of them
};

VectorD weightedSum(const MatrixRef& x, const Counted& counted, bool byPosition, double& weights)
{
    VectorD sum = VectorD::Zero(x.cols());
    weights = 0;
    for (const std::int64_t row : counted.rows) {
        const double weight = byPosition ? static_cast<double>(row - counted.first + 1) : 1.0;
        sum += weight * x.row(row).transpose().cast<double>();
        weights += weight;
    }
    return sum;
}

Vector pooled(const MatrixRef& x, const Counted& counted, Kind kind)
{
    if (counted.rows.empty())
        return Vector::Zero(x.cols());
    if (kind == Kind::First)
        return x.row(counted.rows.front());
    if (kind == Kind::Last)
        return x.row(counted.rows.back());
    if (kind == Kind::Max) {
        Vector most = x.row(counted.rows.front());
        for (const std::int64_t row : counted.rows)
            most = most.cwiseMax(x.row(row).transpose());
        return most;
    }
    double weights = 0;
    const VectorD sum = weightedSum(x, counted, kind == Kind::WeightedMean, weights);
    return (sum / (kind == Kind::MeanSqrt ? std::sqrt(weights) : weights)).cast<float>();
}

class PoolRowsOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "pool_rows", "", {} };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        const auto& kinds = attributesOf<PoolRows>(node).kinds;
        const auto isTokens = [](const ValueType& type) { return type.rows.kind == RowSpace::Kind::Tokens; };
        if (inputs.size() != 2 || kinds.empty() || !isTokens(inputs[0]) || !isTokens(inputs[1])
            || inputs[1].width() != 1)
            return fail(ErrorCode::InvalidArgument, "rows of tokens and a mask with one number for each are needed.");
        const auto count = static_cast<std::int64_t>(kinds.size());
        return std::vector { ValueType {
            { count * inputs[0].width() }, { RowSpace::Kind::PerSample, 1, -1, -1 }, ElementType::Float } };
    }

    Status forward(OpContext& context) const override
    {
        const auto& kinds = context.attributes<PoolRows>().kinds;
        const MatrixRef x = context.input(0), mask = context.input(1);
        MutableMatrixRef y = context.output();
        std::int64_t from = 0;
        for (std::int64_t sample = 0; sample < y.rows(); ++sample) {
            const std::int64_t length = context.lengths(0)[static_cast<std::size_t>(sample)];
            Counted counted;
            for (std::int64_t row = from; row < from + length; ++row)
                if (mask(row, 0) != 0)
                    counted.rows.push_back(row);
            counted.first = counted.rows.empty() ? 0 : counted.rows.front();
            for (std::size_t i = 0; i < kinds.size(); ++i)
                y.row(sample).segment(static_cast<Eigen::Index>(i) * x.cols(), x.cols())
                    = pooled(x, counted, kinds[i]).transpose();
            from += length;
        }
        return {};
    }
};

} // namespace

const Op& poolRowsOp()
{
    static const PoolRowsOp op;
    return op;
}

} // namespace kerf::core
