// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// AVX-512 VNNI. vpdpbusd multiplies four unsigned bytes by four signed ones and adds into 32 bits: the codes are the
// unsigned side as they are, and an activation is written in three signed digits of base 256,
//     x = step * (65536 d2 + 256 d1 + d0),  |x / step| <= 2^22,  step a power of two, one a chunk and token,
// so that three exact integer sums replace the float sum of a chunk. This loses at most step / 2 <= 2^-22 of the
// largest activation of the chunk, as much as float32 products of a sum of that size lose, and is 2 to 3 times as fast
// as widening codes to float. Zero points are taken off exactly, in the integers.
//
// One file, though a long one: its functions are inlined into each other, and which are not is chosen by the registers.

#include "kernels/quantized_linear_kernels.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <algorithm>
#include <bit>
#include <cstring>

#include "kernels/cpu/vnni.h"

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

/// Sixteen columns of one token: their digits interleaved by quads, and added to sums.
KERF_VNNI_INLINE void splitColumns(
    __m512 x, float inverse, std::int64_t quads, std::int64_t quadStride, std::int8_t* to, __m512i (&sums)[kDigits])
{
    const __m512i value = _mm512_cvtps_epi32(_mm512_mul_ps(x, _mm512_set1_ps(inverse)));
    const __m128i first = _mm512_cvtepi32_epi8(value);
    const __m512i first32 = _mm512_cvtepi8_epi32(first);
    const __m512i upper = _mm512_srai_epi32(_mm512_sub_epi32(value, first32), 8);
    const __m128i second = _mm512_cvtepi32_epi8(upper);
    const __m512i second32 = _mm512_cvtepi8_epi32(second);
    const __m512i third32 = _mm512_srai_epi32(_mm512_sub_epi32(upper, second32), 8);
    const __m128i third = _mm512_cvtepi32_epi8(third32);
    sums[0] = _mm512_add_epi32(sums[0], first32);
    sums[1] = _mm512_add_epi32(sums[1], second32);
    sums[2] = _mm512_add_epi32(sums[2], third32);
    // Planes of 16 bytes to quads of 12: lane q takes word q of each plane.
    __m512i planes = _mm512_inserti32x4(_mm512_castsi128_si512(first), second, 1);
    planes = _mm512_inserti32x4(planes, third, 2);
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 0, 1, 5, 9, 0, 2, 6, 10, 0, 3, 7, 11, 0);
    const __m512i interleaved = _mm512_permutexvar_epi32(order, planes);
    constexpr __mmask8 kThree = 7;
    _mm_mask_storeu_epi32(to, kThree, _mm512_castsi512_si128(interleaved));
    if (quads > 1)
        _mm_mask_storeu_epi32(to + quadStride, kThree, _mm512_extracti32x4_epi32(interleaved, 1));
    if (quads > 2)
        _mm_mask_storeu_epi32(to + 2 * quadStride, kThree, _mm512_extracti32x4_epi32(interleaved, 2));
    if (quads > 3)
        _mm_mask_storeu_epi32(to + 3 * quadStride, kThree, _mm512_extracti32x4_epi32(interleaved, 3));
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

KERF_VNNI_INLINE GroupParameters loadParameters(const PackedMatrix& weight, std::int64_t block, std::int64_t group)
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

/// The integer sums of one token over a chunk, for the rows of two blocks: one register a digit and block. Named, not
/// an array: GCC would keep an array in memory and store it at every step.
struct Sums {
    __m512i first0, first1, second0, second1, third0, third1;
};

KERF_VNNI_INLINE Sums zeroSums()
{
    const __m512i zero = _mm512_setzero_si512();
    return { zero, zero, zero, zero, zero, zero };
}

KERF_VNNI_INLINE __m512i broadcastFour(const std::int8_t* bytes)
{
    std::int32_t four;
    std::memcpy(&four, bytes, 4);
    return _mm512_set1_epi32(four);
}

/// Adds the products of four columns of two blocks with the digits of one token.
KERF_VNNI_INLINE void addQuad(Sums& sums, __m512i codes0, __m512i codes1, const std::int8_t* quad)
{
    const __m512i first = broadcastFour(quad);
    sums.first0 = _mm512_dpbusd_epi32(sums.first0, codes0, first);
    sums.first1 = _mm512_dpbusd_epi32(sums.first1, codes1, first);
    const __m512i second = broadcastFour(quad + 4);
    sums.second0 = _mm512_dpbusd_epi32(sums.second0, codes0, second);
    sums.second1 = _mm512_dpbusd_epi32(sums.second1, codes1, second);
    const __m512i third = broadcastFour(quad + 8);
    sums.third0 = _mm512_dpbusd_epi32(sums.third0, codes0, third);
    sums.third1 = _mm512_dpbusd_epi32(sums.third1, codes1, third);
}

KERF_VNNI_INLINE __m512 centred(const GroupParameters& p, __m512i sum, std::int32_t offset)
{
    const __m512i wide = _mm512_set1_epi32(offset);
    return _mm512_cvtepi32_ps(_mm512_add_epi32(sum, p.zeroIsFolded ? wide : _mm512_mullo_epi32(p.zero, wide)));
}

/// out += scale * step * (65536 third + 256 second + first), zero points taken off.
KERF_VNNI_INLINE void addScaled(const GroupParameters& p, __m512i first, __m512i second, __m512i third,
    const std::int32_t* offsets, float step, float* out)
{
    const __m512 base = _mm512_set1_ps(256.0f);
    const __m512 upper = _mm512_fmadd_ps(centred(p, third, offsets[2]), base, centred(p, second, offsets[1]));
    const __m512 value = _mm512_fmadd_ps(upper, base, centred(p, first, offsets[0]));
    const __m512 factor = _mm512_mul_ps(p.scale, _mm512_set1_ps(step));
    _mm512_store_ps(out, _mm512_fmadd_ps(value, factor, _mm512_load_ps(out)));
}

/// Adds the chunk's part to out[block][16] of one token.
KERF_VNNI_INLINE void addChunk(
    const GroupParameters* p, const Sums& sums, const std::int32_t* offsets, float step, float* out)
{
    addScaled(p[0], sums.first0, sums.second0, sums.third0, offsets, step, out);
    addScaled(p[1], sums.first1, sums.second1, sums.third1, offsets, step, out + kRowBlock);
}

/// Adds the chunk's part of one token, summed in two halves, to out[block][16]. Not inlined: together with the sums its
/// temporaries need more registers than there are, and GCC then copies or stores the sums inside the loop that makes
/// them.
KERF_VNNI __attribute__((noinline)) void addToken(const PackedMatrix& weight, const std::int64_t* blocks,
    std::int64_t group, const Sums* halves, const std::int32_t* offsets, float step, float* out)
{
    const GroupParameters parameters[kBlocks]
        = { loadParameters(weight, blocks[0], group), loadParameters(weight, blocks[1], group) };
    const Sums &a = halves[0], &b = halves[1];
    const Sums sums { _mm512_add_epi32(a.first0, b.first0), _mm512_add_epi32(a.first1, b.first1),
        _mm512_add_epi32(a.second0, b.second0), _mm512_add_epi32(a.second1, b.second1),
        _mm512_add_epi32(a.third0, b.third0), _mm512_add_epi32(a.third1, b.third1) };
    addChunk(parameters, sums, offsets, step, out);
}

template <int Bits> KERF_VNNI_INLINE __m512i quadOf(__m512i packed, int quad)
{
    if constexpr (Bits == 8)
        return packed;
    const __m512i mask = _mm512_set1_epi8(static_cast<char>((1 << Bits) - 1));
    return _mm512_and_si512(_mm512_srli_epi16(packed, static_cast<unsigned>(quad * Bits)), mask);
}

/// The integer sums of one token over one chunk, straight from packed codes. Even and odd steps are summed apart, so
/// that twelve sums hide the latency of an instruction.
template <int Bits>
KERF_VNNI_INLINE void dotPacked(const std::uint32_t* codes0, const std::uint32_t* codes1, std::int64_t words,
    const std::int8_t* digits, Sums* evenAndOdd)
{
    constexpr int kQuads = 8 / Bits;
    constexpr int kStep = kQuads == 1 ? 2 : 1;
    Sums even = zeroSums(), odd = zeroSums();
    std::int64_t w = 0;
    for (; w + kStep <= words; w += kStep) {
        const __m512i packed0 = _mm512_load_si512(codes0 + w * kRowBlock);
        const __m512i packed1 = _mm512_load_si512(codes1 + w * kRowBlock);
        if constexpr (kQuads == 1) {
            addQuad(even, packed0, packed1, digits + w * kQuadBytes);
            addQuad(odd, _mm512_load_si512(codes0 + (w + 1) * kRowBlock),
                _mm512_load_si512(codes1 + (w + 1) * kRowBlock), digits + (w + 1) * kQuadBytes);
        } else {
            const std::int8_t* quad = digits + w * kQuads * kQuadBytes;
#pragma GCC unroll 2
            for (int q = 0; q < kQuads; q += 2) {
                addQuad(even, quadOf<Bits>(packed0, q), quadOf<Bits>(packed1, q), quad + q * kQuadBytes);
                addQuad(odd, quadOf<Bits>(packed0, q + 1), quadOf<Bits>(packed1, q + 1), quad + (q + 1) * kQuadBytes);
            }
        }
    }
    if (w < words) // the last word of an odd number of 8-bit words
        addQuad(even, _mm512_load_si512(codes0 + w * kRowBlock), _mm512_load_si512(codes1 + w * kRowBlock),
            digits + w * kQuadBytes);
    evenAndOdd[0] = even;
    evenAndOdd[1] = odd;
}

/// The rows of a pair of blocks for one token: out[block][16].
template <int Bits>
KERF_VNNI void multiplyToken(
    const PackedMatrix& weight, const PreparedActivations& x, const std::int64_t* blocks, float* out)
{
    for (std::size_t c = 0; c < weight.chunks().size(); ++c) {
        const PackedMatrix::Chunk& chunk = weight.chunks()[c];
        Sums sums[2];
        dotPacked<Bits>(weight.codes(blocks[0]) + chunk.firstWord * kRowBlock,
            weight.codes(blocks[1]) + chunk.firstWord * kRowBlock, chunk.words,
            x.digits.data() + chunk.firstWord * (8 / Bits) * kQuadBytes, sums);
        addToken(weight, blocks, chunk.group, sums, x.offsets.data() + c * kDigits, x.factors.data()[c], out);
    }
}

/// Codes of a chunk as bytes: bytes[quad][16 rows][4 columns].
template <int Bits> KERF_VNNI void unpack(const std::uint32_t* codes, std::int64_t words, std::uint8_t* bytes)
{
    for (std::int64_t w = 0; w < words; ++w) {
        const __m512i packed = _mm512_load_si512(codes + w * kRowBlock);
        for (int q = 0; q < 8 / Bits; ++q)
            _mm512_store_si512(bytes + (w * (8 / Bits) + q) * 64, quadOf<Bits>(packed, q));
    }
}

/// Adds the chunk's part of a tile to out[token][block][16]. Not inlined for the reason that addToken states.
KERF_VNNI __attribute__((noinline)) void addTile(const GroupParameters* parameters, const Sums* sums,
    std::int64_t tokens, const std::int32_t* offsets, const float* steps, float* out)
{
    for (std::int64_t t = 0; t < tokens; ++t)
        addChunk(parameters, sums[t], offsets + t * kDigits, steps[t], out + t * kBlocks * kRowBlock);
}

/// Integer sums of a tile of tokens over one chunk of unpacked codes, for kBlocks blocks; then scaled and added to
/// out[token][block][16].
template <int Tokens>
KERF_VNNI void multiplyTile(const std::uint8_t* const* bytes, std::int64_t quads, const GroupParameters* parameters,
    const std::int8_t* digits, const float* steps, const std::int32_t* offsets, float* out)
{
    Sums sums0 = zeroSums(), sums1 = zeroSums(), sums2 = zeroSums(), sums3 = zeroSums();
    for (std::int64_t q = 0; q < quads; ++q) {
        const __m512i codes0 = _mm512_load_si512(bytes[0] + q * 64);
        const __m512i codes1 = _mm512_load_si512(bytes[1] + q * 64);
        const std::int8_t* quad = digits + q * Tokens * kQuadBytes;
        addQuad(sums0, codes0, codes1, quad);
        if constexpr (Tokens > 1)
            addQuad(sums1, codes0, codes1, quad + kQuadBytes);
        if constexpr (Tokens > 2)
            addQuad(sums2, codes0, codes1, quad + 2 * kQuadBytes);
        if constexpr (Tokens > 3)
            addQuad(sums3, codes0, codes1, quad + 3 * kQuadBytes);
    }
    const Sums sums[kTokenTile] = { sums0, sums1, sums2, sums3 };
    addTile(parameters, sums, Tokens, offsets, steps, out);
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
            if (x.tokens == 1)
                multiplyToken<Bits>(weight, x, blocks, out);
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
    return hasVnni() ? &kernel : nullptr;
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
