// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/to_picture.h"

#include <fmt/format.h>

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

class ToPictureOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "to_picture", "Transpose", {} };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        const auto& picture = attributesOf<ToPicture>(node);
        const RowSpace& rows = inputs[0].rows;
        const std::int64_t places = picture.height * picture.width;
        if (rows.kind != RowSpace::Kind::PerSample || places < 1 || rows.count % places != 0)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("its rows are not the places of pictures of {} x {}.", picture.height, picture.width));
        return std::vector { ValueType { { inputs[0].width(), picture.height, picture.width },
            { RowSpace::Kind::PerSample, rows.count / places, -1, -1 }, ElementType::Float } };
    }

    Status forward(OpContext& context) const override
    {
        const auto& picture = context.attributes<ToPicture>();
        const std::int64_t places = picture.height * picture.width;
        const MatrixRef x = context.input();
        MutableMatrixRef y = context.output();
        parallelFor(y.rows(), [&](std::int64_t sample) {
            Eigen::Map<Matrix> planes(y.row(sample).data(), x.cols(), places);
            planes = x.middleRows(sample * places, places).transpose();
        });
        return {};
    }
};

} // namespace

const Op& toPictureOp()
{
    static const ToPictureOp op;
    return op;
}

} // namespace kerf::core
