// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// AVX-512 VNNI. vpdpbusd multiplies four unsigned bytes by four signed ones and adds into 32 bits: the codes are the
// unsigned side as they are, and an activation is written in three signed digits of base 256,
//     x = step * (65536 d2 + 256 d1 + d0),  |x / step| <= 2^22,  step a power of two, one a chunk and token,
// so that three exact integer sums replace the float sum of a chunk. This loses at most step / 2 <= 2^-22 of the
// largest activation of the chunk, as much as float32 products of a sum of that size lose, and is 2 to 3 times as fast
// as widening codes to float. Zero points are taken off exactly, in the integers.

#include "kernels/quantized_linear_kernels.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <algorithm>
#include <bit>
#include <cstring>

#include <immintrin.h>

// GCC 12 takes the "undefined" vectors inside its own AVX-512 header for uninitialized variables of ours.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

#define KERF_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx2,fma,f16c")))

namespace kerf::kernels {
namespace {

constexpr int kDigits = 3;
constexpr int kMantissaBits = 22; ///< |x / step| <= 2^22
constexpr std::int64_t kQuadBytes = kDigits * 4; ///< the digits of four columns of one token
constexpr std::int64_t kBlocks = 2; ///< row blocks that share a load of the activations
constexpr std::int64_t kPanelTokens = 64; ///< tokens whose sums are kept while one chunk of weights is unpacked

/// Digits: [tile of kTokenTile tokens][quad of columns][token of the tile][digit][4 columns]; the last tile is as wide
/// as there are tokens left. Factors (steps): [tile][chunk][token]. Offsets (-sum of each digit, times the zero point
/// when it is uniform): [tile][chunk][token][digit].
struct Tile {
    std::int64_t first;
    std::int64_t width;
};

Tile tileOf(std::int64_t token, std::int64_t tokens)
{
    const std::int64_t first = token / kTokenTile * kTokenTile;
    return { first, std::min(kTokenTile, tokens - first) };
}

void allocate(const PackedMatrix& weight, std::int64_t tokens, PreparedActivations& prepared)
{
    const auto chunks = static_cast<std::int64_t>(weight.chunks().size());
    prepared.tokens = tokens;
    prepared.digits = AlignedBuffer<std::int8_t>(static_cast<std::size_t>(tokens * weight.paddedColumns() * kDigits));
    prepared.factors = AlignedBuffer<float>(static_cast<std::size_t>(tokens * chunks));
    prepared.offsets = AlignedBuffer<std::int32_t>(static_cast<std::size_t>(tokens * chunks * kDigits));
}

/// The exponent p for which the chunk's |x| < 2^p, no less than -100: what lies below 2^-122 may be lost. 129 when a
/// value is NaN or Inf.
KERF_VNNI int exponentOf(const float* x, std::int64_t columns)
{
    const __m512i magnitude = _mm512_set1_epi32(0x7fffffff);
    __m512i largest = _mm512_setzero_si512();
    for (std::int64_t i = 0; i < columns; i += 16) {
        const auto lanes = static_cast<__mmask16>(columns - i >= 16 ? 0xffff : (1 << (columns - i)) - 1);
        const __m512i bits = _mm512_maskz_loadu_epi32(lanes, x + i);
        largest = _mm512_max_epi32(largest, _mm512_and_si512(bits, magnitude));
    }
    return std::max((_mm512_reduce_max_epi32(largest) >> 23) - 126, -100);
}

/// Sixteen columns of one token: digit planes interleaved by quads, and their sums added to sums[digit].
KERF_VNNI void splitColumns(
    __m512 x, float inverse, std::int64_t quads, std::int64_t quadStride, std::int8_t* to, __m512i sums[kDigits])
{
    __m512i rest = _mm512_cvtps_epi32(_mm512_mul_ps(x, _mm512_set1_ps(inverse)));
    alignas(64) std::int8_t planes[kDigits][16];
    for (int d = 0; d < kDigits; ++d) {
        const __m128i digit = _mm512_cvtepi32_epi8(rest);
        const __m512i wide = _mm512_cvtepi8_epi32(digit);
        _mm_store_si128(reinterpret_cast<__m128i*>(planes[d]), digit);
        sums[d] = _mm512_add_epi32(sums[d], wide);
        rest = _mm512_srai_epi32(_mm512_sub_epi32(rest, wide), 8);
    }
    for (std::int64_t q = 0; q < quads; ++q)
        for (int d = 0; d < kDigits; ++d)
            std::memcpy(to + q * quadStride + d * 4, planes[d] + q * 4, 4);
}

KERF_VNNI void prepareChunk(const float* x, std::int64_t columns, std::int64_t quads, std::int64_t quadStride,
    std::int8_t* digits, int zero, float& step, std::int32_t* offsets)
{
    const int exponent = exponentOf(x, columns);
    const bool finite = exponent < 129;
    const float inverse = finite ? std::bit_cast<float>(std::uint32_t(127 + kMantissaBits - exponent) << 23) : 0.0f;
    step = std::bit_cast<float>(finite ? std::uint32_t(127 - kMantissaBits + exponent) << 23 : 0x7fc00000u);
    __m512i sums[kDigits] = { _mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512() };
    for (std::int64_t q = 0; q < quads; q += 4) {
        const std::int64_t left = columns - q * 4;
        const auto lanes = static_cast<__mmask16>(left >= 16 ? 0xffff : left <= 0 ? 0 : (1 << left) - 1);
        splitColumns(_mm512_maskz_loadu_ps(lanes, x + q * 4), inverse, std::min<std::int64_t>(4, quads - q), quadStride,
            digits + q * quadStride, sums);
    }
    for (int d = 0; d < kDigits; ++d)
        offsets[d] = -zero * _mm512_reduce_add_epi32(sums[d]);
}

void prepare(const PackedMatrix& weight, const ActivationView& x, std::int64_t firstToken, std::int64_t lastToken,
    PreparedActivations& prepared)
{
    const auto chunks = static_cast<std::int64_t>(weight.chunks().size());
    const std::int64_t quadsOfWord = weight.wordColumns() / 4;
    const int zero = weight.zeros(0) ? 1 : weight.uniformZero();
    alignas(64) float gathered[kChunkColumns];
    for (std::int64_t token = firstToken; token < lastToken; ++token) {
        const Tile tile = tileOf(token, prepared.tokens);
        const float* row = x.data + token * x.stride;
        std::int8_t* digits = prepared.digits.data() + tile.first * weight.paddedColumns() * kDigits;
        for (std::int64_t c = 0; c < chunks; ++c) {
            const PackedMatrix::Chunk& chunk = weight.chunks()[static_cast<std::size_t>(c)];
            const float* from = row + chunk.firstColumn;
            if (!weight.columnOrder().empty()) {
                for (std::int64_t i = 0; i < chunk.columns; ++i)
                    gathered[i] = row[weight.columnOrder()[static_cast<std::size_t>(chunk.firstColumn + i)]];
                from = gathered;
            }
            const std::int64_t at = tile.first * chunks + c * tile.width + token - tile.first;
            prepareChunk(from, chunk.columns, chunk.words * quadsOfWord, tile.width * kQuadBytes,
                digits + (chunk.firstWord * quadsOfWord * tile.width + token - tile.first) * kQuadBytes, zero,
                prepared.factors.data()[at], prepared.offsets.data() + at * kDigits);
        }
    }
}

/// Scales and zero points of one group of one block of rows.
struct GroupParameters {
    __m512 scale;
    __m512i zero;
    bool zeroIsFolded; ///< the offsets hold it already
};

KERF_VNNI inline GroupParameters loadParameters(const PackedMatrix& weight, std::int64_t block, std::int64_t group)
{
    GroupParameters p;
    if (const std::uint16_t* half = weight.halfScales(block))
        p.scale = _mm512_cvtph_ps(_mm256_load_si256(reinterpret_cast<const __m256i*>(half + group * kRowBlock)));
    else
        p.scale = _mm512_load_ps(weight.floatScales(block) + group * kRowBlock);
    const std::uint8_t* zeros = weight.zeros(block);
    p.zeroIsFolded = zeros == nullptr;
    p.zero = zeros ? _mm512_cvtepu8_epi32(_mm_load_si128(reinterpret_cast<const __m128i*>(zeros + group * kRowBlock)))
                   : _mm512_setzero_si512();
    return p;
}

/// out += scale * step * (65536 a2 + 256 a1 + a0), zero points taken off.
KERF_VNNI inline void addChunk(
    const GroupParameters& p, const __m512i* sums, const std::int32_t* offsets, float step, float* out)
{
    __m512 digit[kDigits];
    for (int d = 0; d < kDigits; ++d) {
        const __m512i offset = _mm512_set1_epi32(offsets[d]);
        const __m512i taken = p.zeroIsFolded ? offset : _mm512_mullo_epi32(p.zero, offset);
        digit[d] = _mm512_cvtepi32_ps(_mm512_add_epi32(sums[d], taken));
    }
    const __m512 upper = _mm512_fmadd_ps(digit[2], _mm512_set1_ps(256.0f), digit[1]);
    const __m512 value = _mm512_fmadd_ps(upper, _mm512_set1_ps(256.0f), digit[0]);
    const __m512 factor = _mm512_mul_ps(p.scale, _mm512_set1_ps(step));
    _mm512_store_ps(out, _mm512_fmadd_ps(value, factor, _mm512_load_ps(out)));
}

/// The integer sums of one chunk straight from packed codes, one token: sums[block][digit].
template <int Bits, int Blocks>
KERF_VNNI inline void dotPacked(
    const std::uint32_t* const* codes, std::int64_t words, const std::int8_t* digits, __m512i (*sums)[kDigits])
{
    const __m512i mask = _mm512_set1_epi8(static_cast<char>((1 << Bits) - 1));
    constexpr int kQuads = 8 / Bits;
    for (int b = 0; b < Blocks; ++b)
        for (int d = 0; d < kDigits; ++d)
            sums[b][d] = _mm512_setzero_si512();
    for (std::int64_t w = 0; w < words; ++w) {
        __m512i packed[Blocks];
        for (int b = 0; b < Blocks; ++b)
            packed[b] = _mm512_load_si512(codes[b] + w * kRowBlock);
#pragma GCC unroll 4
        for (int q = 0; q < kQuads; ++q) {
            const std::int8_t* quad = digits + (w * kQuads + q) * kQuadBytes;
#pragma GCC unroll 2
            for (int b = 0; b < Blocks; ++b) {
                __m512i code = packed[b];
                if constexpr (Bits != 8)
                    code = _mm512_and_si512(_mm512_srli_epi16(code, static_cast<unsigned>(q * Bits)), mask);
#pragma GCC unroll 3
                for (int d = 0; d < kDigits; ++d) {
                    std::int32_t four;
                    std::memcpy(&four, quad + d * 4, 4);
                    sums[b][d] = _mm512_dpbusd_epi32(sums[b][d], code, _mm512_set1_epi32(four));
                }
            }
        }
    }
}

/// The rows of Blocks blocks for one token: out[block][16].
template <int Bits, int Blocks>
KERF_VNNI void multiplyToken(const PackedMatrix& weight, const PreparedActivations& x, std::int64_t block, float* out)
{
    for (std::size_t c = 0; c < weight.chunks().size(); ++c) {
        const PackedMatrix::Chunk& chunk = weight.chunks()[c];
        const std::uint32_t* codes[Blocks];
        for (int b = 0; b < Blocks; ++b)
            codes[b] = weight.codes(block + b) + chunk.firstWord * kRowBlock;
        __m512i sums[Blocks][kDigits];
        dotPacked<Bits, Blocks>(codes, chunk.words, x.digits.data() + chunk.firstWord * (8 / Bits) * kQuadBytes, sums);
        for (int b = 0; b < Blocks; ++b)
            addChunk(loadParameters(weight, block + b, chunk.group), sums[b], x.offsets.data() + c * kDigits,
                x.factors.data()[c], out + b * kRowBlock);
    }
}

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

/// Integer sums of a tile of tokens over one chunk of unpacked codes, for kBlocks blocks; then scaled and added to
/// out[token][block][16].
template <int Tokens>
KERF_VNNI void multiplyTile(const std::uint8_t* const* bytes, std::int64_t quads, const GroupParameters* parameters,
    const std::int8_t* digits, const float* steps, const std::int32_t* offsets, float* out)
{
    __m512i sums[Tokens][kBlocks][kDigits];
    for (auto& token : sums)
        for (auto& block : token)
            for (auto& sum : block)
                sum = _mm512_setzero_si512();
    for (std::int64_t q = 0; q < quads; ++q) {
        const __m512i codes0 = _mm512_load_si512(bytes[0] + q * 64);
        const __m512i codes1 = _mm512_load_si512(bytes[1] + q * 64);
#pragma GCC unroll 4
        for (int t = 0; t < Tokens; ++t) {
#pragma GCC unroll 3
            for (int d = 0; d < kDigits; ++d) {
                std::int32_t four;
                std::memcpy(&four, digits + (q * Tokens + t) * kQuadBytes + d * 4, 4);
                const __m512i x = _mm512_set1_epi32(four);
                sums[t][0][d] = _mm512_dpbusd_epi32(sums[t][0][d], codes0, x);
                sums[t][1][d] = _mm512_dpbusd_epi32(sums[t][1][d], codes1, x);
            }
        }
    }
    for (int t = 0; t < Tokens; ++t)
        for (int b = 0; b < kBlocks; ++b)
            addChunk(parameters[b], sums[t][b], offsets + t * kDigits, steps[t], out + (t * kBlocks + b) * kRowBlock);
}

void multiplyTileOf(std::int64_t tokens, const std::uint8_t* const* bytes, std::int64_t quads,
    const GroupParameters* parameters, const std::int8_t* digits, const float* steps, const std::int32_t* offsets,
    float* out)
{
    switch (tokens) {
    case 1:
        return multiplyTile<1>(bytes, quads, parameters, digits, steps, offsets, out);
    case 2:
        return multiplyTile<2>(bytes, quads, parameters, digits, steps, offsets, out);
    case 3:
        return multiplyTile<3>(bytes, quads, parameters, digits, steps, offsets, out);
    default:
        return multiplyTile<4>(bytes, quads, parameters, digits, steps, offsets, out);
    }
}

/// The rows of a pair of blocks for tokens [first, last) of one panel: out[token][block][16]. Of an odd last block the
/// second of the pair is the block itself, computed twice.
template <int Bits>
KERF_VNNI void multiplyPanel(const PackedMatrix& weight, const PreparedActivations& x, const std::int64_t* blocks,
    std::int64_t first, std::int64_t last, float* out)
{
    alignas(64) std::uint8_t unpacked[kBlocks][kChunkColumns * kRowBlock];
    const auto chunks = static_cast<std::int64_t>(weight.chunks().size());
    for (std::int64_t c = 0; c < chunks; ++c) {
        const PackedMatrix::Chunk& chunk = weight.chunks()[static_cast<std::size_t>(c)];
        const std::int64_t firstQuad = chunk.firstWord * (8 / Bits);
        const std::int64_t quads = chunk.words * (8 / Bits);
        GroupParameters parameters[kBlocks];
        const std::uint8_t* bytes[kBlocks];
        for (int b = 0; b < kBlocks; ++b) {
            const std::uint32_t* codes = weight.codes(blocks[b]) + chunk.firstWord * kRowBlock;
            parameters[b] = loadParameters(weight, blocks[b], chunk.group);
            bytes[b] = unpacked[b];
            if constexpr (Bits == 8)
                bytes[b] = reinterpret_cast<const std::uint8_t*>(codes);
            else
                unpack<Bits>(codes, chunk.words, unpacked[b]);
        }
        for (std::int64_t token = first; token < last; token += kTokenTile) {
            const Tile tile = tileOf(token, x.tokens);
            const std::int64_t at = tile.first * chunks + c * tile.width;
            const std::int8_t* digits
                = x.digits.data() + (tile.first * weight.paddedColumns() / 4 + firstQuad * tile.width) * kQuadBytes;
            multiplyTileOf(tile.width, bytes, quads, parameters, digits, x.factors.data() + at,
                x.offsets.data() + at * kDigits, out + (token - first) * kBlocks * kRowBlock);
        }
    }
}

template <int Bits>
void multiplyBits(const PackedMatrix& weight, const PreparedActivations& x, std::int64_t firstBlock,
    std::int64_t lastBlock, float* y, std::int64_t yStride)
{
    alignas(64) float out[kPanelTokens * kBlocks * kRowBlock];
    for (std::int64_t block = firstBlock; block < lastBlock; block += kBlocks) {
        const bool pair = block + 1 < lastBlock;
        const std::int64_t blocks[kBlocks] = { block, pair ? block + 1 : block };
        const std::int64_t firstRow = block * kRowBlock;
        const std::int64_t rows = std::min(weight.rows() - firstRow, pair ? 2 * kRowBlock : kRowBlock);
        for (std::int64_t first = 0; first < x.tokens; first += kPanelTokens) {
            const std::int64_t last = std::min(first + kPanelTokens, x.tokens);
            std::fill_n(out, (last - first) * kBlocks * kRowBlock, 0.0f);
            if (x.tokens == 1 && pair)
                multiplyToken<Bits, 2>(weight, x, block, out);
            else if (x.tokens == 1)
                multiplyToken<Bits, 1>(weight, x, block, out);
            else
                multiplyPanel<Bits>(weight, x, blocks, first, last, out);
            for (std::int64_t t = first; t < last; ++t)
                std::copy_n(out + (t - first) * kBlocks * kRowBlock, rows, y + t * yStride + firstRow);
        }
    }
}

void multiply(const PackedMatrix& weight, const PreparedActivations& x, std::int64_t firstBlock, std::int64_t lastBlock,
    float* y, std::int64_t yStride)
{
    if (weight.storedBits() == 2)
        multiplyBits<2>(weight, x, firstBlock, lastBlock, y, yStride);
    else if (weight.storedBits() == 4)
        multiplyBits<4>(weight, x, firstBlock, lastBlock, y, yStride);
    else
        multiplyBits<8>(weight, x, firstBlock, lastBlock, y, yStride);
}

} // namespace

const QuantizedLinearKernel* vnniQuantizedLinear()
{
    static const QuantizedLinearKernel kernel { "avx512-vnni", 0x1p-22, allocate, prepare, multiply };
    __builtin_cpu_init();
    const bool supported = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("fma");
    return supported ? &kernel : nullptr;
}

} // namespace kerf::kernels

#else

namespace kerf::kernels {

const QuantizedLinearKernel* vnniQuantizedLinear()
{
    return nullptr;
}

} // namespace kerf::kernels

#endif
