// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>

#include "kernels/half.h"
#include "kernels/quantized_linear_kernels.h"

namespace kerf::kernels {

float scaleOf(const PackedMatrix& weight, std::int64_t block, std::int64_t group, std::int64_t row)
{
    const std::int64_t index = group * kRowBlock + row;
    return weight.halfScales(block) ? halfToFloat(weight.halfScales(block)[index]) : weight.floatScales(block)[index];
}

void allocatePackedOrder(const PackedMatrix& weight, std::int64_t tokens, PreparedActivations& prepared)
{
    prepared.tokens = tokens;
    prepared.values = AlignedBuffer<float>(static_cast<std::size_t>(tokens * weight.paddedColumns()));
}

void preparePackedOrder(const PackedMatrix& weight, const ActivationView& x, std::int64_t firstToken,
    std::int64_t lastToken, PreparedActivations& prepared)
{
    const std::int32_t* order = weight.columnOrder().empty() ? nullptr : weight.columnOrder().data();
    for (std::int64_t token = firstToken; token < lastToken; ++token) {
        const float* from = x.data + token * x.stride;
        float* to = prepared.values.data() + token * weight.paddedColumns();
        for (const PackedMatrix::Chunk& chunk : weight.chunks()) {
            float* chunkTo = to + chunk.firstWord * weight.wordColumns();
            if (order == nullptr) {
                std::copy_n(from + chunk.firstColumn, chunk.columns, chunkTo);
                continue;
            }
            for (std::int64_t i = 0; i < chunk.columns; ++i)
                chunkTo[i] = from[order[chunk.firstColumn + i]];
        }
    }
}

std::uint32_t codeAt(const PackedMatrix& weight, const std::uint32_t* codes, std::int64_t row, std::int64_t column)
{
    const std::int64_t inWord = column % weight.wordColumns();
    const auto shift = static_cast<unsigned>(8 * (inWord % 4) + weight.storedBits() * (inWord / 4));
    const std::uint32_t mask = (1u << static_cast<unsigned>(weight.storedBits())) - 1;
    return (codes[column / weight.wordColumns() * kRowBlock + row] >> shift) & mask;
}

namespace {

double dot(const PackedMatrix& weight, const float* x, std::int64_t block, std::int64_t row)
{
    double sum = 0;
    for (const PackedMatrix::Chunk& chunk : weight.chunks()) {
        const std::uint32_t* codes = weight.codes(block) + chunk.firstWord * kRowBlock;
        const float* values = x + chunk.firstWord * weight.wordColumns();
        const std::uint8_t* zeros = weight.zeros(block);
        const int zero = zeros ? zeros[chunk.group * kRowBlock + row] : weight.uniformZero();
        double part = 0;
        for (std::int64_t i = 0; i < chunk.columns; ++i)
            part += double(int(codeAt(weight, codes, row, i)) - zero) * values[i];
        sum += part * scaleOf(weight, block, chunk.group, row);
    }
    return sum;
}

void multiply(const PackedMatrix& weight, const PreparedActivations& x, std::int64_t firstBlock, std::int64_t lastBlock,
    float* y, std::int64_t yStride)
{
    for (std::int64_t row = firstBlock * kRowBlock; row < std::min(lastBlock * kRowBlock, weight.rows()); ++row) {
        for (std::int64_t token = 0; token < x.tokens; ++token) {
            const float* values = x.values.data() + token * weight.paddedColumns();
            y[token * yStride + row] = static_cast<float>(dot(weight, values, row / kRowBlock, row % kRowBlock));
        }
    }
}

} // namespace

const QuantizedLinearKernel* referenceQuantizedLinear()
{
    static const QuantizedLinearKernel kernel { "reference", 0, allocatePackedOrder, preparePackedOrder, multiply };
    return &kernel;
}

} // namespace kerf::kernels
