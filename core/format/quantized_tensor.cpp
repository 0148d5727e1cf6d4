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

KERF_MULTIVERSION void decodeCounted(const std::uint8_t* codes, std::int64_t count, float scale, float zero, float* out)
{
    for (std::int64_t j = 0; j < count; ++j)
        out[j] = scale * (static_cast<float>(codes[j]) - zero);
}

KERF_MULTIVERSION void decodeListed(
    const std::uint8_t* codes, const float* levels, std::int64_t count, float scale, float zero, float* out)
{
    for (std::int64_t j = 0; j < count; ++j)
        out[j] = scale * levels[codes[j]] - zero;
}

/// Columns that share parameters. Integers need no table: their levels are the codes, less the zero point.
void decodeGroup(
    const QuantizedTensor& tensor, std::size_t group, const std::uint8_t* codes, std::int64_t count, float* out)
{
    const Format& format = *tensor.format;
    const float scale = tensor.scales[group];
    const float zero = tensor.zeros.empty() ? 0.0f : tensor.zeros[group];
    if (format.family() == FormatFamily::Integer)
        decodeCounted(codes, count, scale, format.isSymmetric() ? -format.levels().front() : zero, out);
    else
        decodeListed(codes, format.levels().data(), count, scale, zero, out);
}

void decodeRow(const QuantizedTensor& tensor, std::int64_t row, float* out)
{
    const std::int64_t cols = tensor.shape.cols;
    const std::int64_t groups = tensor.groups();
    const std::uint8_t* codes = tensor.codes.data() + row * cols;
    const std::int64_t size = tensor.groupIndex.empty() ? cols / groups : 1;
    for (std::int64_t j = 0; j < cols; j += size)
        decodeGroup(tensor, static_cast<std::size_t>(row * groups + tensor.groupOf(j)), codes + j, size, out + j);
}

std::vector<float> byRow(const Matrix& byGroup)
{
    const Matrix turned = byGroup.transpose();
    return { turned.data(), turned.data() + turned.size() };
}

template <class T> std::span<const std::byte> asBytes(const std::vector<T>& values)
{
    return std::as_bytes(std::span<const T>(values));
}

} // namespace

void QuantizedTensor::setParams(const GroupParams& params)
{
    scales = byRow(params.scales);
    zeros = byRow(params.zeros);
    stored = params.stored;
}

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

std::vector<std::uint8_t> zeroCodes(const QuantizedTensor& tensor)
{
    assert(tensor.format->family() == FormatFamily::Integer);
    if (tensor.format->isSymmetric())
        return std::vector<std::uint8_t>(
            tensor.scales.size(), static_cast<std::uint8_t>(-tensor.format->levels().front()));
    std::vector<std::uint8_t> codes(tensor.zeros.size());
    std::transform(tensor.zeros.begin(), tensor.zeros.end(), codes.begin(),
        [](float zero) { return static_cast<std::uint8_t>(zero); });
    return codes;
}

std::string contentHash(const QuantizedTensor& tensor)
{
    Hasher hasher;
    hasher.add(tensor.format->name()).add(tensor.shape.rows).add(tensor.shape.cols);
    hasher.add(asBytes(tensor.codes)).add(asBytes(tensor.scales));
    if (tensor.format->family() == FormatFamily::Integer) // zero points as they are stored
        return hasher.add(asBytes(zeroCodes(tensor))).add(asBytes(tensor.groupIndex)).hex();
    return hasher.add(asBytes(tensor.zeros)).add(asBytes(tensor.groupIndex)).add(asBytes(tensor.stored)).hex();
}

} // namespace kerf::core
