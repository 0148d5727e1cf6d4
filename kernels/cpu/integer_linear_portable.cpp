// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>

#include "kernels/integer_linear_kernels.h"
#include "kernels/multiversion.h"
#include "kernels/quantized_linear_kernels.h"

namespace kerf::kernels {
namespace {

/// sums[row] += codes times activations for the 16 rows of a block and the words of one chunk.
template <int Bits>
inline void addWords(
    const std::uint32_t* __restrict codes, std::int64_t words, const std::int8_t* x, std::int32_t* __restrict sums)
{
    constexpr std::uint32_t kMask = (1u << Bits) - 1;
    for (std::int64_t w = 0; w < words; ++w)
        for (int column = 0; column < 32 / Bits; ++column) {
            const int shift = 8 * (column % 4) + Bits * (column / 4);
            const std::int32_t value = x[w * (32 / Bits) + column];
            for (std::int64_t row = 0; row < kRowBlock; ++row)
                sums[row] += static_cast<std::int32_t>((codes[w * kRowBlock + row] >> shift) & kMask) * value;
        }
}

KERF_MULTIVERSION void addChunk(
    const std::uint32_t* codes, int bits, std::int64_t words, const std::int8_t* x, std::int32_t* sums)
{
    if (bits == 2)
        addWords<2>(codes, words, x, sums);
    else if (bits == 4)
        addWords<4>(codes, words, x, sums);
    else
        addWords<8>(codes, words, x, sums);
}

/// The 16 rows of a block for one token.
void multiplyBlock(
    const PackedMatrix& weight, const IntegerActivations& x, std::int64_t block, std::int64_t token, float* out)
{
    const std::int8_t* codes = x.codes.data() + token * weight.paddedColumns();
    std::int32_t sums[kRowBlock] = {};
    std::fill_n(out, kRowBlock, 0.0f);
    for (std::size_t c = 0; c < weight.chunks().size(); ++c) {
        const PackedMatrix::Chunk& chunk = weight.chunks()[c];
        addChunk(weight.codes(block) + chunk.firstWord * kRowBlock, weight.storedBits(), chunk.words,
            codes + chunk.firstWord * weight.wordColumns(), sums);
        if (c + 1 < weight.chunks().size() && weight.chunks()[c + 1].group == chunk.group)
            continue;
        const std::uint8_t* zeros = weight.zeros(block);
        for (std::int64_t row = 0; row < kRowBlock; ++row) {
            const std::int32_t zero = zeros ? zeros[chunk.group * kRowBlock + row] : weight.uniformZero();
            const std::int32_t centred = sums[row] - zero * x.sums.data()[token * weight.groups() + chunk.group];
            out[row] += scaleOf(weight, block, chunk.group, row) * static_cast<float>(centred);
            sums[row] = 0;
        }
    }
}

void multiply(const PackedMatrix& weight, const IntegerActivations& x, std::int64_t firstBlock, std::int64_t lastBlock,
    float* y, std::int64_t yStride)
{
    float out[kRowBlock];
    for (std::int64_t block = firstBlock; block < lastBlock; ++block) {
        const std::int64_t rows = std::min(kRowBlock, weight.rows() - block * kRowBlock);
        for (std::int64_t token = 0; token < x.tokens; ++token) {
            multiplyBlock(weight, x, block, token, out);
            for (std::int64_t row = 0; row < rows; ++row)
                y[token * yStride + block * kRowBlock + row] = x.steps.data()[token] * out[row];
        }
    }
}

} // namespace

const IntegerLinearKernel* portableIntegerLinear()
{
    static const IntegerLinearKernel kernel { "portable", multiply };
    return &kernel;
}

} // namespace kerf::kernels
