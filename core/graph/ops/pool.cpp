// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/pool.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

/// The window and what it makes of a picture.
struct Windows {
    std::int64_t height, width, outHeight, outWidth;

    Windows(const Pool& pool, const Shape& shape)
        : height(pool.height > 0 ? pool.height : shape[1])
        , width(pool.width > 0 ? pool.width : shape[2])
        , outHeight(height > shape[1] ? 0 : (shape[1] - height) / pool.strideY + 1)
        , outWidth(width > shape[2] ? 0 : (shape[2] - width) / pool.strideX + 1)
    {
    }
};

class PoolOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "pool", "", {} };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        const auto& pool = attributesOf<Pool>(node);
        if (inputs[0].shape.size() != 3 || pool.strideY < 1 || pool.strideX < 1)
            return fail(ErrorCode::InvalidArgument, "a picture [channels, height, width] is needed.");
        const Windows windows(pool, inputs[0].shape);
        if (windows.outHeight < 1 || windows.outWidth < 1)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("a window of {} x {} does not fit a picture of {} x {}.", windows.height, windows.width,
                    inputs[0].shape[1], inputs[0].shape[2]));
        return std::vector { ValueType {
            { inputs[0].shape[0], windows.outHeight, windows.outWidth }, inputs[0].rows, ElementType::Float } };
    }

    Status forward(OpContext& context) const override
    {
        const auto& pool = context.attributes<Pool>();
        const Shape& shape = context.shape(0);
        const Windows windows(pool, shape);
        const MatrixRef x = context.input();
        MutableMatrixRef y = context.output();
        parallelFor(x.rows() * shape[0], [&](std::int64_t task) {
            const std::int64_t row = task / shape[0], channel = task % shape[0];
            const Eigen::Map<const Matrix> plane(x.row(row).data() + channel * shape[1] * shape[2], shape[1], shape[2]);
            float* out = y.row(row).data() + channel * windows.outHeight * windows.outWidth;
            for (std::int64_t i = 0; i < windows.outHeight; ++i)
                for (std::int64_t j = 0; j < windows.outWidth; ++j) {
                    const auto seen = plane.block(i * pool.strideY, j * pool.strideX, windows.height, windows.width);
                    *out++ = pool.kind == Pool::Kind::Max
                        ? seen.maxCoeff()
                        : static_cast<float>(seen.cast<double>().sum() / static_cast<double>(seen.size()));
                }
        });
        return {};
    }
};

} // namespace

const Op& poolOp()
{
    static const PoolOp op;
    return op;
}

} // namespace kerf::core
