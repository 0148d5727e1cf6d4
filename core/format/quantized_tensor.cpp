// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <span>

#include "core/base/hash.h"
#include "core/base/parallel.h"
#include "core/format/format.h"
#include "kernels/multiversion.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kRowTile = 64;

KERF_MULTIVERSION void decodeGroup(const std::uint8_t* codes, std::int64_t count, float scale, int zero, float* out)
{
    for (std::int64_t j = 0; j < count; ++j)
        out[j] = scale * static_cast<float>(static_cast<int>(codes[j]) - zero);
}

void decodeRow(const QuantizedTensor& tensor, std::int64_t row, float* out)
{
    const std::int64_t cols = tensor.shape.cols;
    const std::int64_t groups = tensor.groups();
    const std::uint8_t* codes = tensor.codes.data() + row * cols;
    const float* scales = tensor.scales.data() + row * groups;
    const std::uint8_t* zeros = tensor.zeros.data() + row * groups;
    if (tensor.groupIndex.empty()) {
        const std::int64_t size = cols / groups;
        for (std::int64_t g = 0; g < groups; ++g)
            decodeGroup(codes + g * size, size, scales[g], zeros[g], out + g * size);
        return;
    }
    for (std::int64_t j = 0; j < cols; ++j) {
        const std::int64_t g = tensor.groupOf(j);
        out[j] = scales[g] * static_cast<float>(static_cast<int>(codes[j]) - static_cast<int>(zeros[g]));
    }
}

template <class T> std::span<const std::byte> asBytes(const std::vector<T>& values)
{
    return std::as_bytes(std::span<const T>(values));
}

} // namespace

void dequantizeRows(const QuantizedTensor& tensor, std::int64_t firstRow, MutableMatrixRef out)
{
    assert(out.cols() == tensor.shape.cols && firstRow + out.rows() <= tensor.shape.rows);
    for (std::int64_t row = 0; row < out.rows(); ++row)
        decodeRow(tensor, firstRow + row, out.data() + row * out.outerStride());
}

Matrix dequantize(const QuantizedTensor& tensor)
{
    Matrix weight(tensor.shape.rows, tensor.shape.cols);
    const std::int64_t tiles = (tensor.shape.rows + kRowTile - 1) / kRowTile;
    parallelFor(tiles, [&](std::int64_t tile) {
        const std::int64_t first = tile * kRowTile;
        dequantizeRows(tensor, first, weight.middleRows(first, std::min(kRowTile, tensor.shape.rows - first)));
    });
    return weight;
}

std::string contentHash(const QuantizedTensor& tensor)
{
    return Hasher()
        .add(tensor.format->name())
        .add(tensor.shape.rows)
        .add(tensor.shape.cols)
        .add(asBytes(tensor.codes))
        .add(asBytes(tensor.scales))
        .add(asBytes(tensor.zeros))
        .add(asBytes(tensor.groupIndex))
        .hex();
}

} // namespace kerf::core
