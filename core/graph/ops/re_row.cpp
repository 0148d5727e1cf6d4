// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/re_row.h"

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

class ReRowOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { .name = "re_row", .onnx = "Reshape", .isMove = true };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        const auto& rows = attributesOf<ReRow>(node);
        ValueType type { rows.shape, { RowSpace::Kind::PerSample, rows.count, -1, -1 }, ElementType::Float };
        if (inputs[0].rows.kind != RowSpace::Kind::PerSample
            || inputs[0].rows.count * inputs[0].width() != rows.count * type.width())
            return fail(ErrorCode::InvalidArgument, "the new rows have another number of elements.");
        return std::vector { std::move(type) };
    }

    Status forward(OpContext& context) const override
    {
        const MatrixRef x = context.input();
        MutableMatrixRef y = context.output();
        if (x.cols() >= y.cols()) {
            const std::int64_t parts = x.cols() / std::max<std::int64_t>(y.cols(), 1);
            if (parts * y.cols() == x.cols())
                return split(x, parts, y);
        } else if (y.cols() % x.cols() == 0) {
            return join(x, y.cols() / x.cols(), y);
        }
        for (std::int64_t i = 0; i < y.size(); ++i) // neither width divides the other
            y(i / y.cols(), i % y.cols()) = x(i / x.cols(), i % x.cols());
        return {};
    }

private:
    static Status split(const MatrixRef& x, std::int64_t parts, MutableMatrixRef& y)
    {
        forEachRow(y.rows(),
            [&](std::int64_t row) { y.row(row) = x.row(row / parts).segment(row % parts * y.cols(), y.cols()); });
        return {};
    }
    static Status join(const MatrixRef& x, std::int64_t parts, MutableMatrixRef& y)
    {
        forEachRow(x.rows(),
            [&](std::int64_t row) { y.row(row / parts).segment(row % parts * x.cols(), x.cols()) = x.row(row); });
        return {};
    }
};

} // namespace

const Op& reRowOp()
{
    static const ReRowOp op;
    return op;
}

} // namespace kerf::core
