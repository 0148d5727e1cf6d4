// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/patches.h"

#include <fmt/format.h>

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

std::int64_t places(std::int64_t size, std::int64_t kernel, std::int64_t stride, std::int64_t dilation)
{
    const std::int64_t reach = dilation * (kernel - 1) + 1;
    return size < reach ? 0 : (size - reach) / stride + 1;
}

class PatchesOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { .name = "patches", .onnx = "", .isMove = true };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        const auto& patches = attributesOf<Patches>(node);
        const ValueType& picture = inputs[0];
        const bool isPicture = picture.shape.size() == 3 && picture.rows.kind == RowSpace::Kind::PerSample;
        if (!isPicture || patches.strideY < 1 || patches.strideX < 1)
            return fail(ErrorCode::InvalidArgument, "pictures [channels, height, width] of each sample are needed.");
        const std::int64_t channels = channelsOf(patches, picture.shape);
        const Shape grid = placesOf(patches, picture.shape[1], picture.shape[2]);
        if (channels < 1 || patches.firstChannel + channels > picture.shape[0] || grid[0] < 1 || grid[1] < 1)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("a kernel of {} x {} does not fit a picture of {} x {} with {} channels.",
                    patches.kernelHeight, patches.kernelWidth, picture.shape[1], picture.shape[2], picture.shape[0]));
        return std::vector { ValueType { { channels * patches.kernelHeight * patches.kernelWidth },
            { RowSpace::Kind::PerSample, picture.rows.count * grid[0] * grid[1], -1, -1 }, ElementType::Float } };
    }

    Status forward(OpContext& context) const override
    {
        const auto& patches = context.attributes<Patches>();
        const Shape& shape = context.shape(0);
        const Shape grid = placesOf(patches, shape[1], shape[2]);
        const MatrixRef x = context.input();
        MutableMatrixRef y = context.output();
        forEachRow(y.rows(), [&](std::int64_t row) {
            const std::int64_t place = row % (grid[0] * grid[1]);
            const float* picture = x.row(row / (grid[0] * grid[1])).data();
            fill(patches, shape, picture, place / grid[1], place % grid[1], rowOf(y, row));
        });
        return {};
    }

private:
    static std::int64_t channelsOf(const Patches& patches, const Shape& shape)
    {
        return patches.channels > 0 ? patches.channels : shape[0];
    }

    static void fill(const Patches& patches, const Shape& shape, const float* picture, std::int64_t placeY,
        std::int64_t placeX, std::span<float> row)
    {
        std::size_t at = 0;
        for (std::int64_t channel = 0; channel < channelsOf(patches, shape); ++channel) {
            const float* plane = picture + (patches.firstChannel + channel) * shape[1] * shape[2];
            for (std::int64_t i = 0; i < patches.kernelHeight; ++i)
                for (std::int64_t j = 0; j < patches.kernelWidth; ++j) {
                    const std::int64_t y = placeY * patches.strideY - patches.top + i * patches.dilationY;
                    const std::int64_t x = placeX * patches.strideX - patches.left + j * patches.dilationX;
                    const bool isInside = y >= 0 && y < shape[1] && x >= 0 && x < shape[2];
                    row[at++] = isInside ? plane[y * shape[2] + x] : 0.0f;
                }
        }
    }
};

} // namespace

Shape placesOf(const Patches& patches, std::int64_t height, std::int64_t width)
{
    return { places(height + patches.top + patches.bottom, patches.kernelHeight, patches.strideY, patches.dilationY),
        places(width + patches.left + patches.right, patches.kernelWidth, patches.strideX, patches.dilationX) };
}

const Op& patchesOp()
{
    static const PatchesOp op;
    return op;
}

} // namespace kerf::core
