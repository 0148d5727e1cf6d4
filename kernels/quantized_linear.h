// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Linear layers whose weight stays in 2, 4 or 8 bits: y = x Wᵀ with w = scale * (code - zero), activations in float32.
// Every kernel computes this function of the codes to float32 accuracy: none rounds the activations to 8 or 16 bits,
// so what is timed is what was evaluated. reference/ is scalar with double sums, cpu/ is SIMD chosen at run time.

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/aligned_buffer.h"

namespace kerf::kernels {

/// Rows that are stored side by side, one in each 32-bit lane of an AVX-512 register.
inline constexpr std::int64_t kRowBlock = 16;
/// Most columns that are summed before the sum is scaled: keeps integer sums exact in 24 bits.
inline constexpr std::int64_t kChunkColumns = 128;

/// A quantized weight as it lives in memory while it is worked on: one code a byte. Only looked at while packing.
struct QuantizedMatrix {
    std::int64_t rows = 0; ///< out_features
    std::int64_t cols = 0; ///< in_features; a multiple of groupSize
    std::int64_t groupSize = 0; ///< consecutive columns of one row that share a scale and a zero point
    int bits = 0; ///< 2…8
    const std::uint8_t* codes = nullptr; ///< [rows, cols], each < 2^bits
    const float* scales = nullptr; ///< [rows, cols / groupSize], finite
    const std::uint8_t* zeros = nullptr; ///< as scales
    /// Empty, or a permutation of the columns: group g is made of columns columnOrder[g * groupSize …] (desc_act).
    std::span<const std::int32_t> columnOrder;
};

/// A weight packed for the kernels. Codes of 2 bits take 2 bits, of 3 and 4 bits take 4, of 5 to 8 bits take 8.
///
/// Rows are cut into blocks of kRowBlock (the last one padded with rows of scale 0), columns into chunks of at most
/// kChunkColumns that never cross a group (padded to whole words). One word of 32 bits holds 32 / storedBits
/// consecutive columns of one row: column 4 k + j sits in byte j, at bit storedBits * k. The words of the 16 rows of a
/// block stand side by side, so one 64-byte line holds the same columns of 16 rows.
class PackedMatrix {
public:
    struct Chunk {
        std::int64_t firstColumn; ///< in packed order
        std::int64_t columns;
        std::int64_t firstWord;
        std::int64_t words;
        std::int64_t group;
    };

    PackedMatrix() = default;
    /// @pre the preconditions that QuantizedMatrix states
    explicit PackedMatrix(const QuantizedMatrix& source);

    std::int64_t rows() const { return m_rows; }
    std::int64_t cols() const { return m_cols; }
    std::int64_t groups() const { return m_groups; }
    std::int64_t rowBlocks() const { return (m_rows + kRowBlock - 1) / kRowBlock; }
    int storedBits() const { return m_storedBits; }
    std::int64_t wordColumns() const { return 32 / m_storedBits; }
    std::int64_t words() const { return m_words; } ///< of one row
    std::int64_t paddedColumns() const { return m_words * wordColumns(); }
    const std::vector<Chunk>& chunks() const { return m_chunks; }
    const std::vector<std::int32_t>& columnOrder() const { return m_columnOrder; }

    const std::uint32_t* codes(std::int64_t block) const { return m_codes.data() + block * m_words * kRowBlock; }
    /// Scales are held as float16 when that is exact for all of them, else as float32; the other pointer is null.
    const std::uint16_t* halfScales(std::int64_t block) const;
    const float* floatScales(std::int64_t block) const;
    /// Null when every zero point is uniformZero().
    const std::uint8_t* zeros(std::int64_t block) const;
    int uniformZero() const { return m_uniformZero; }
    /// What one product reads: codes, scales and zero points, padding included.
    std::int64_t bytes() const;

private:
    void layOutChunks(std::int64_t groupSize);
    void packCodes(const QuantizedMatrix& source);
    void packParameters(const QuantizedMatrix& source);

    std::int64_t m_rows = 0, m_cols = 0, m_groups = 0, m_words = 0;
    int m_storedBits = 8;
    int m_uniformZero = 0;
    std::vector<Chunk> m_chunks;
    std::vector<std::int32_t> m_columnOrder;
    AlignedBuffer<std::uint32_t> m_codes; ///< [blocks, words, 16]
    AlignedBuffer<std::uint16_t> m_halfScales; ///< [blocks, groups, 16]
    AlignedBuffer<float> m_floatScales; ///< [blocks, groups, 16]
    AlignedBuffer<std::uint8_t> m_zeros; ///< [blocks, groups, 16]
};

/// Rows of float32 activations, row-major.
struct ActivationView {
    const float* data = nullptr;
    std::int64_t tokens = 0;
    std::int64_t stride = 0; ///< floats from one token to the next
};

/// Activations in the shape that one kernel wants; made once for all rows of a weight. The meaning of the arrays is the
/// kernel's own.
struct PreparedActivations {
    std::int64_t tokens = 0;
    AlignedBuffer<float> values;
    AlignedBuffer<float> factors;
    AlignedBuffer<std::int8_t> digits;
    AlignedBuffer<std::int32_t> offsets;
};

/// Tokens that prepare() handles as one unit; a parallel caller cuts tokens at multiples of it.
inline constexpr std::int64_t kTokenTile = 4;

/// One implementation of the product.
struct QuantizedLinearKernel {
    const char* name; ///< the instruction set: "avx512-vnni", "avx2", …, "reference"
    /// Absolute error of one activation, as a fraction of the largest of its chunk, beyond float32 rounding of the sums
    /// and products (0: activations are used as they are).
    double activationError;
    /// Allocates for x.tokens tokens and the columns of the weight.
    void (*allocate)(const PackedMatrix& weight, std::int64_t tokens, PreparedActivations& prepared);
    /// Prepares tokens [firstToken, lastToken). @pre firstToken is a multiple of kTokenTile
    void (*prepare)(const PackedMatrix& weight, const ActivationView& x, std::int64_t firstToken,
        std::int64_t lastToken, PreparedActivations& prepared);
    /// y[t, r] for every token t and the rows r of blocks [firstBlock, lastBlock). yStride in floats. A NaN or Inf in
    /// a token gives NaN or Inf in that token's results. Rows depend on nothing but themselves: any split of the
    /// blocks gives the same bits.
    void (*multiply)(const PackedMatrix& weight, const PreparedActivations& x, std::int64_t firstBlock,
        std::int64_t lastBlock, float* y, std::int64_t yStride);
};

/// The kernels that this machine can run, fastest first; the last one is the reference.
const std::vector<const QuantizedLinearKernel*>& quantizedLinearKernels();

} // namespace kerf::kernels
