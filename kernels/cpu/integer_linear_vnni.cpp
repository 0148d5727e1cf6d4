// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// AVX-512 VNNI: vpdpbusd multiplies four unsigned bytes (codes) by four signed ones (activations) and adds the exact
// sum into 32 bits. Zero points are taken off in the integers, by the sum of the activations' codes.

#include "kernels/integer_linear_kernels.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <algorithm>
#include <cstring>

#include "kernels/cpu/vnni.h"

namespace kerf::kernels {
namespace {

constexpr std::int64_t kBlocks = 2; ///< row blocks that share a load of the activations
constexpr std::int64_t kPanelTokens = 64; ///< tokens whose sums are kept while one chunk of weights is unpacked
constexpr std::int64_t kTileTokens = 4;
constexpr std::int64_t kPairRows = kBlocks * kRowBlock;

/// Codes of a chunk as bytes: bytes[quad][16 rows][4 columns].
template <int Bits> KERF_VNNI void unpack(const std::uint32_t* codes, std::int64_t words, std::uint8_t* bytes)
{
    const __m512i mask = _mm512_set1_epi8(static_cast<char>((1 << Bits) - 1));
    for (std::int64_t w = 0; w < words; ++w) {
        const __m512i packed = _mm512_load_si512(codes + w * kRowBlock);
        for (int q = 0; q < 8 / Bits; ++q)
            _mm512_store_si512(bytes + (w * (8 / Bits) + q) * 64,
                _mm512_and_si512(_mm512_srli_epi16(packed, static_cast<unsigned>(q * Bits)), mask));
    }
}

KERF_VNNI_INLINE __m512i broadcastFour(const std::int8_t* bytes)
{
    std::int32_t four;
    std::memcpy(&four, bytes, 4);
    return _mm512_set1_epi32(four);
}

/// Adds the products of `quads` times four columns to sums[token][block][16]. The sums are named, not an array: GCC
/// would keep an array in memory and store it at every step.
template <int Tokens>
KERF_VNNI void addTile(
    const std::uint8_t* const* bytes, std::int64_t quads, const std::int8_t* x, std::int64_t stride, std::int32_t* sums)
{
    const auto load = [&](int at) KERF_VNNI { return _mm512_load_si512(sums + at * kRowBlock); };
    __m512i a0 = load(0), a1 = load(1);
    __m512i b0 = Tokens > 1 ? load(2) : a0, b1 = Tokens > 1 ? load(3) : a1;
    __m512i c0 = Tokens > 2 ? load(4) : a0, c1 = Tokens > 2 ? load(5) : a1;
    __m512i d0 = Tokens > 3 ? load(6) : a0, d1 = Tokens > 3 ? load(7) : a1;
    for (std::int64_t q = 0; q < quads; ++q) {
        const __m512i codes0 = _mm512_load_si512(bytes[0] + q * 64);
        const __m512i codes1 = _mm512_load_si512(bytes[1] + q * 64);
        const std::int8_t* quad = x + q * 4;
        const __m512i first = broadcastFour(quad);
        a0 = _mm512_dpbusd_epi32(a0, codes0, first);
        a1 = _mm512_dpbusd_epi32(a1, codes1, first);
        if constexpr (Tokens > 1) {
            const __m512i second = broadcastFour(quad + stride);
            b0 = _mm512_dpbusd_epi32(b0, codes0, second);
            b1 = _mm512_dpbusd_epi32(b1, codes1, second);
        }
        if constexpr (Tokens > 2) {
            const __m512i third = broadcastFour(quad + 2 * stride);
            c0 = _mm512_dpbusd_epi32(c0, codes0, third);
            c1 = _mm512_dpbusd_epi32(c1, codes1, third);
        }
        if constexpr (Tokens > 3) {
            const __m512i fourth = broadcastFour(quad + 3 * stride);
            d0 = _mm512_dpbusd_epi32(d0, codes0, fourth);
            d1 = _mm512_dpbusd_epi32(d1, codes1, fourth);
        }
    }
    const auto store = [&](int at, __m512i value) KERF_VNNI { _mm512_store_si512(sums + at * kRowBlock, value); };
    store(0, a0), store(1, a1);
    if constexpr (Tokens > 1)
        store(2, b0), store(3, b1);
    if constexpr (Tokens > 2)
        store(4, c0), store(5, c1);
    if constexpr (Tokens > 3)
        store(6, d0), store(7, d1);
}

void addTileOf(std::int64_t tokens, const std::uint8_t* const* bytes, std::int64_t quads, const std::int8_t* x,
    std::int64_t stride, std::int32_t* sums)
{
    switch (tokens) {
    case 1:
        return addTile<1>(bytes, quads, x, stride, sums);
    case 2:
        return addTile<2>(bytes, quads, x, stride, sums);
    case 3:
        return addTile<3>(bytes, quads, x, stride, sums);
    default:
        return addTile<4>(bytes, quads, x, stride, sums);
    }
}

/// out += scale * (sums - zero * sum of the activations), for one block and token; the sums start anew.
KERF_VNNI void finishGroup(const PackedMatrix& weight, std::int64_t block, std::int64_t group,
    std::int32_t activationSum, std::int32_t* sums, float* out)
{
    const std::int64_t at = group * kRowBlock;
    const std::uint8_t* zeros = weight.zeros(block);
    const __m512i zero = zeros ? _mm512_cvtepu8_epi32(_mm_load_si128(reinterpret_cast<const __m128i*>(zeros + at)))
                               : _mm512_set1_epi32(weight.uniformZero());
    const std::uint16_t* half = weight.halfScales(block);
    const __m512 scale = half ? _mm512_cvtph_ps(_mm256_load_si256(reinterpret_cast<const __m256i*>(half + at)))
                              : _mm512_load_ps(weight.floatScales(block) + at);
    const __m512i offset = _mm512_mullo_epi32(zero, _mm512_set1_epi32(activationSum));
    const __m512 centred = _mm512_cvtepi32_ps(_mm512_sub_epi32(_mm512_load_si512(sums), offset));
    _mm512_store_ps(out, _mm512_fmadd_ps(centred, scale, _mm512_load_ps(out)));
    _mm512_store_si512(sums, _mm512_setzero_si512());
}

/// Scratch of one panel of tokens and one pair of blocks.
struct Panel {
    alignas(64) std::int32_t sums[kPanelTokens * kPairRows];
    alignas(64) float out[kPanelTokens * kPairRows];
    alignas(64) std::uint8_t unpacked[kBlocks][kChunkColumns * kRowBlock];
};

/// out[token][block][16] for tokens [first, last), before their steps.
template <int Bits>
void multiplyPanel(const PackedMatrix& weight, const IntegerActivations& x, const std::int64_t* blocks,
    std::int64_t first, std::int64_t last, Panel& panel)
{
    const std::vector<PackedMatrix::Chunk>& chunks = weight.chunks();
    std::fill_n(panel.sums, (last - first) * kPairRows, 0);
    std::fill_n(panel.out, (last - first) * kPairRows, 0.0f);
    for (std::size_t c = 0; c < chunks.size(); ++c) {
        const PackedMatrix::Chunk& chunk = chunks[c];
        const std::uint8_t* bytes[kBlocks];
        for (int b = 0; b < kBlocks; ++b) {
            const std::uint32_t* codes = weight.codes(blocks[b]) + chunk.firstWord * kRowBlock;
            bytes[b] = reinterpret_cast<const std::uint8_t*>(codes);
            if constexpr (Bits < 8) {
                unpack<Bits>(codes, chunk.words, panel.unpacked[b]);
                bytes[b] = panel.unpacked[b];
            }
        }
        const std::int64_t column = chunk.firstWord * weight.wordColumns();
        for (std::int64_t token = first; token < last; token += kTileTokens)
            addTileOf(std::min(kTileTokens, last - token), bytes, chunk.words * (8 / Bits),
                x.codes.data() + token * weight.paddedColumns() + column, weight.paddedColumns(),
                panel.sums + (token - first) * kPairRows);
        if (c + 1 < chunks.size() && chunks[c + 1].group == chunk.group)
            continue;
        for (std::int64_t token = first; token < last; ++token)
            for (std::int64_t b = 0; b < kBlocks; ++b) {
                const std::int64_t at = (token - first) * kPairRows + b * kRowBlock;
                finishGroup(weight, blocks[b], chunk.group, x.sums.data()[token * weight.groups() + chunk.group],
                    panel.sums + at, panel.out + at);
            }
    }
}

void multiply(const PackedMatrix& weight, const IntegerActivations& x, std::int64_t firstBlock, std::int64_t lastBlock,
    float* y, std::int64_t yStride)
{
    Panel panel;
    for (std::int64_t block = firstBlock; block < lastBlock; block += kBlocks) {
        // Of an odd last block the second of the pair is the block itself, computed twice.
        const bool pair = block + 1 < lastBlock;
        const std::int64_t blocks[kBlocks] = { block, pair ? block + 1 : block };
        const std::int64_t firstRow = block * kRowBlock;
        const std::int64_t rows = std::min(weight.rows() - firstRow, pair ? kPairRows : kRowBlock);
        for (std::int64_t first = 0; first < x.tokens; first += kPanelTokens) {
            const std::int64_t last = std::min(first + kPanelTokens, x.tokens);
            const auto run = weight.storedBits() == 2 ? multiplyPanel<2>
                : weight.storedBits() == 4            ? multiplyPanel<4>
                                                      : multiplyPanel<8>;
            run(weight, x, blocks, first, last, panel);
            for (std::int64_t t = first; t < last; ++t)
                for (std::int64_t row = 0; row < rows; ++row)
                    y[t * yStride + firstRow + row] = x.steps.data()[t] * panel.out[(t - first) * kPairRows + row];
        }
    }
}

} // namespace

const IntegerLinearKernel* vnniIntegerLinear()
{
    static const IntegerLinearKernel kernel { "avx512-vnni", multiply };
    return hasVnni() ? &kernel : nullptr;
}

} // namespace kerf::kernels

#else

namespace kerf::kernels {

const IntegerLinearKernel* vnniIntegerLinear()
{
    return nullptr;
}

} // namespace kerf::kernels

#endif
