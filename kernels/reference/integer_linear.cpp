// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>

#include "kernels/integer_linear_kernels.h"
#include "kernels/quantized_linear_kernels.h"

namespace kerf::kernels {
namespace {

double dot(const PackedMatrix& weight, const std::int8_t* x, std::int64_t block, std::int64_t row)
{
    double sum = 0;
    for (const PackedMatrix::Chunk& chunk : weight.chunks()) {
        const std::uint32_t* codes = weight.codes(block) + chunk.firstWord * kRowBlock;
        const std::int8_t* values = x + chunk.firstWord * weight.wordColumns();
        const std::uint8_t* zeros = weight.zeros(block);
        const int zero = zeros ? zeros[chunk.group * kRowBlock + row] : weight.uniformZero();
        std::int64_t part = 0;
        for (std::int64_t i = 0; i < chunk.columns; ++i)
            part += (std::int64_t(codeAt(weight, codes, row, i)) - zero) * values[i];
        sum += double(part) * scaleOf(weight, block, chunk.group, row);
    }
    return sum;
}

void multiply(const PackedMatrix& weight, const IntegerActivations& x, std::int64_t firstBlock, std::int64_t lastBlock,
    float* y, std::int64_t yStride)
{
    for (std::int64_t row = firstBlock * kRowBlock; row < std::min(lastBlock * kRowBlock, weight.rows()); ++row)
        for (std::int64_t token = 0; token < x.tokens; ++token)
            y[token * yStride + row] = static_cast<float>(x.steps.data()[token]
                * dot(weight, x.codes.data() + token * weight.paddedColumns(), row / kRowBlock, row % kRowBlock));
}

} // namespace

const IntegerLinearKernel* referenceIntegerLinear()
{
    static const IntegerLinearKernel kernel { "reference", multiply };
    return &kernel;
}

} // namespace kerf::kernels
