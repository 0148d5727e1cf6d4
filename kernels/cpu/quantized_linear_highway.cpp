// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Float32 kernels, written once with Highway and compiled for each instruction set: codes are widened to float and
// multiplied by the activations as they are; the zero point is folded through the sum of the activations of a chunk,
// sum (code - zero) x = sum code x - zero sum x.

#include <algorithm>
#include <cstdint>

#include "kernels/quantized_linear_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/quantized_linear_highway.cpp"
#include <hwy/foreach_target.h> // must come before highway.h

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace kerf::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using FloatTag = hn::CappedTag<float, kRowBlock>;
using FloatVector = hn::Vec<FloatTag>;
constexpr std::int64_t kLanes = static_cast<std::int64_t>(hn::MaxLanes(FloatTag()));
constexpr std::int64_t kVectors = kRowBlock / kLanes;
/// Tokens whose sums are kept while one chunk of weights is widened.
constexpr std::int64_t kPanelTokens = 64;

/// The column of a word that comes k-th, for Bits stored bits: where PackedMatrix puts it.
template <int Bits> constexpr int shiftOf(int column)
{
    return 8 * (column % 4) + Bits * (column / 4);
}

/// sums[t][16 rows] = sum over the words of code * x[t][column], straight from the packed codes.
template <int Bits, int Tokens>
void dotPacked(const std::uint32_t* codes, std::int64_t words, const float* x, std::int64_t xStride, float* sums)
{
    const FloatTag df;
    const hn::RebindToUnsigned<FloatTag> du;
    const hn::RebindToSigned<FloatTag> di;
    constexpr int kColumns = 32 / Bits;
    const auto mask = hn::Set(du, (1u << Bits) - 1);
    FloatVector acc[Tokens][kVectors];
    for (auto& row : acc)
        for (auto& a : row)
            a = hn::Zero(df);
    for (std::int64_t w = 0; w < words; ++w) {
        hn::Vec<decltype(du)> bits[kVectors];
        for (std::int64_t v = 0; v < kVectors; ++v)
            bits[v] = hn::Load(du, codes + w * kRowBlock + v * kLanes);
#pragma GCC unroll 16
        for (int c = 0; c < kColumns; ++c) {
            for (std::int64_t v = 0; v < kVectors; ++v) {
                const auto code = hn::And(hn::ShiftRightSame(bits[v], shiftOf<Bits>(c)), mask);
                const auto value = hn::ConvertTo(df, hn::BitCast(di, code));
                for (int t = 0; t < Tokens; ++t)
                    acc[t][v] = hn::MulAdd(value, hn::Set(df, x[t * xStride + w * kColumns + c]), acc[t][v]);
            }
        }
    }
    for (int t = 0; t < Tokens; ++t)
        for (std::int64_t v = 0; v < kVectors; ++v)
            hn::Store(acc[t][v], df, sums + t * kRowBlock + v * kLanes);
}

/// Widens the codes of a chunk: values[column][16 rows].
template <int Bits> void widen(const std::uint32_t* codes, std::int64_t words, float* values)
{
    const FloatTag df;
    const hn::RebindToUnsigned<FloatTag> du;
    const hn::RebindToSigned<FloatTag> di;
    const auto mask = hn::Set(du, (1u << Bits) - 1);
    for (std::int64_t w = 0; w < words; ++w) {
        for (std::int64_t v = 0; v < kVectors; ++v) {
            const auto bits = hn::Load(du, codes + w * kRowBlock + v * kLanes);
            for (int c = 0; c < 32 / Bits; ++c) {
                const auto code = hn::And(hn::ShiftRightSame(bits, shiftOf<Bits>(c)), mask);
                hn::Store(hn::ConvertTo(df, hn::BitCast(di, code)), df,
                    values + (w * (32 / Bits) + c) * kRowBlock + v * kLanes);
            }
        }
    }
}

/// dotPacked on widened codes, in the same order of columns: the same bits.
template <int Tokens>
void dotWidened(const float* values, std::int64_t columns, const float* x, std::int64_t xStride, float* sums)
{
    const FloatTag df;
    FloatVector acc[Tokens][kVectors];
    for (auto& row : acc)
        for (auto& a : row)
            a = hn::Zero(df);
    for (std::int64_t c = 0; c < columns; ++c) {
        for (std::int64_t v = 0; v < kVectors; ++v) {
            const auto value = hn::Load(df, values + c * kRowBlock + v * kLanes);
            for (int t = 0; t < Tokens; ++t)
                acc[t][v] = hn::MulAdd(value, hn::Set(df, x[t * xStride + c]), acc[t][v]);
        }
    }
    for (int t = 0; t < Tokens; ++t)
        for (std::int64_t v = 0; v < kVectors; ++v)
            hn::Store(acc[t][v], df, sums + t * kRowBlock + v * kLanes);
}

/// out[t][row] += scale[row] * (sums[t][row] - zero[row] * xSum[t]) for the tokens of one tile.
void addScaled(const PackedMatrix& weight, std::int64_t block, std::int64_t group, const float* sums,
    const float* xSums, std::int64_t tokens, float* out)
{
    const FloatTag df;
    HWY_ALIGN float scales[kRowBlock];
    HWY_ALIGN float zeros[kRowBlock];
    const std::uint8_t* zeroCodes = weight.zeros(block);
    for (std::int64_t r = 0; r < kRowBlock; ++r) {
        scales[r] = scaleOf(weight, block, group, r);
        zeros[r] = static_cast<float>(zeroCodes ? zeroCodes[group * kRowBlock + r] : weight.uniformZero());
    }
    for (std::int64_t t = 0; t < tokens; ++t) {
        const auto xSum = hn::Set(df, xSums[t]);
        for (std::int64_t v = 0; v < kVectors; ++v) {
            const std::int64_t at = t * kRowBlock + v * kLanes;
            const auto centred = hn::NegMulAdd(hn::Load(df, zeros + v * kLanes), xSum, hn::Load(df, sums + at));
            hn::Store(hn::MulAdd(hn::Load(df, scales + v * kLanes), centred, hn::Load(df, out + at)), df, out + at);
        }
    }
}

template <int Bits>
void dotTile(std::int64_t tokens, const std::uint32_t* codes, std::int64_t words, const float* widened, const float* x,
    std::int64_t xStride, float* sums)
{
    const std::int64_t columns = words * (32 / Bits);
    if (tokens == kTokenTile && widened)
        return dotWidened<kTokenTile>(widened, columns, x, xStride, sums);
    for (std::int64_t t = 0; t < tokens; ++t) {
        if (widened)
            dotWidened<1>(widened, columns, x + t * xStride, xStride, sums + t * kRowBlock);
        else
            dotPacked<Bits, 1>(codes, words, x + t * xStride, xStride, sums + t * kRowBlock);
    }
}

/// The rows of one block for tokens [first, first + tokens), tokens <= kPanelTokens: out[t][16 rows].
template <int Bits>
void multiplyPanel(const PackedMatrix& weight, const PreparedActivations& x, std::int64_t block, std::int64_t first,
    std::int64_t tokens, float* out)
{
    HWY_ALIGN float widened[kChunkColumns * kRowBlock];
    HWY_ALIGN float sums[kTokenTile * kRowBlock];
    const std::int64_t stride = weight.paddedColumns();
    for (std::size_t c = 0; c < weight.chunks().size(); ++c) {
        const PackedMatrix::Chunk& chunk = weight.chunks()[c];
        const std::uint32_t* codes = weight.codes(block) + chunk.firstWord * kRowBlock;
        const bool wide = tokens > 1;
        if (wide)
            widen<Bits>(codes, chunk.words, widened);
        for (std::int64_t t = 0; t < tokens; t += kTokenTile) {
            const std::int64_t tile = std::min(kTokenTile, tokens - t);
            const float* values = x.values.data() + (first + t) * stride + chunk.firstWord * (32 / Bits);
            dotTile<Bits>(tile, codes, chunk.words, wide ? widened : nullptr, values, stride, sums);
            const float* xSums = x.factors.data() + static_cast<std::int64_t>(c) * x.tokens + first + t;
            addScaled(weight, block, chunk.group, sums, xSums, tile, out + t * kRowBlock);
        }
    }
}

void multiply(const PackedMatrix& weight, const PreparedActivations& x, std::int64_t firstBlock, std::int64_t lastBlock,
    float* y, std::int64_t yStride)
{
    HWY_ALIGN float out[kPanelTokens * kRowBlock];
    for (std::int64_t block = firstBlock; block < lastBlock; ++block) {
        const std::int64_t rows = std::min(kRowBlock, weight.rows() - block * kRowBlock);
        for (std::int64_t first = 0; first < x.tokens; first += kPanelTokens) {
            const std::int64_t tokens = std::min(kPanelTokens, x.tokens - first);
            std::fill_n(out, tokens * kRowBlock, 0.0f);
            if (weight.storedBits() == 2)
                multiplyPanel<2>(weight, x, block, first, tokens, out);
            else if (weight.storedBits() == 4)
                multiplyPanel<4>(weight, x, block, first, tokens, out);
            else
                multiplyPanel<8>(weight, x, block, first, tokens, out);
            for (std::int64_t t = 0; t < tokens; ++t)
                std::copy_n(out + t * kRowBlock, rows, y + (first + t) * yStride + block * kRowBlock);
        }
    }
}

} // namespace kerf::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace kerf::kernels {
namespace {

void allocate(const PackedMatrix& weight, std::int64_t tokens, PreparedActivations& prepared)
{
    allocatePackedOrder(weight, tokens, prepared);
    prepared.factors = AlignedBuffer<float>(weight.chunks().size() * static_cast<std::size_t>(tokens));
}

void prepare(const PackedMatrix& weight, const ActivationView& x, std::int64_t firstToken, std::int64_t lastToken,
    PreparedActivations& prepared)
{
    preparePackedOrder(weight, x, firstToken, lastToken, prepared);
    for (std::int64_t token = firstToken; token < lastToken; ++token) {
        const float* values = prepared.values.data() + token * weight.paddedColumns();
        for (std::size_t c = 0; c < weight.chunks().size(); ++c) {
            const PackedMatrix::Chunk& chunk = weight.chunks()[c];
            double sum = 0;
            for (std::int64_t i = 0; i < chunk.columns; ++i)
                sum += values[chunk.firstWord * weight.wordColumns() + i];
            prepared.factors.data()[static_cast<std::int64_t>(c) * prepared.tokens + token] = static_cast<float>(sum);
        }
    }
}

} // namespace

std::vector<const QuantizedLinearKernel*> highwayQuantizedLinear()
{
    std::vector<const QuantizedLinearKernel*> found;
    const std::int64_t supported = hwy::SupportedTargets();
#define KERF_ADD_TARGET(target, space, name)                                                                           \
    if (supported & (target)) {                                                                                        \
        static const QuantizedLinearKernel kernel { name, 0, allocate, prepare, space::multiply };                     \
        found.push_back(&kernel);                                                                                      \
    }
#if HWY_TARGETS & HWY_AVX3
    KERF_ADD_TARGET(HWY_AVX3, N_AVX3, "avx512")
#endif
#if HWY_TARGETS & HWY_AVX2
    KERF_ADD_TARGET(HWY_AVX2, N_AVX2, "avx2")
#endif
#if HWY_TARGETS & HWY_SSE4
    KERF_ADD_TARGET(HWY_SSE4, N_SSE4, "sse4")
#endif
#if HWY_TARGETS & HWY_NEON
    KERF_ADD_TARGET(HWY_NEON, N_NEON, "neon")
#endif
#undef KERF_ADD_TARGET
    return found;
}

} // namespace kerf::kernels
#endif
