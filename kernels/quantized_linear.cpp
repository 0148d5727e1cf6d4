// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "kernels/quantized_linear.h"

#include <algorithm>
#include <cassert>

#include "kernels/half.h"
#include "kernels/quantized_linear_kernels.h"

namespace kerf::kernels {

PackedMatrix::PackedMatrix(const QuantizedMatrix& source)
    : m_rows(source.rows)
    , m_cols(source.cols)
    , m_storedBits(source.bits <= 2 ? 2
              : source.bits <= 4    ? 4
                                    : 8)
    , m_columnOrder(source.columnOrder.begin(), source.columnOrder.end())
{
    assert(source.bits >= 2 && source.bits <= 8);
    assert(source.groupSize > 0 && source.cols % source.groupSize == 0);
    assert(source.columnOrder.empty() || static_cast<std::int64_t>(source.columnOrder.size()) == source.cols);
    m_groups = source.cols / source.groupSize;
    layOutChunks(source.groupSize);
    packCodes(source);
    packParameters(source);
}

void PackedMatrix::layOutChunks(std::int64_t groupSize)
{
    for (std::int64_t group = 0; group < m_groups; ++group) {
        for (std::int64_t first = 0; first < groupSize; first += kChunkColumns) {
            const std::int64_t columns = std::min(kChunkColumns, groupSize - first);
            const std::int64_t words = (columns + wordColumns() - 1) / wordColumns();
            m_chunks.push_back({ group * groupSize + first, columns, m_words, words, group });
            m_words += words;
        }
    }
}

void PackedMatrix::packCodes(const QuantizedMatrix& source)
{
    m_codes = AlignedBuffer<std::uint32_t>(static_cast<std::size_t>(rowBlocks() * m_words * kRowBlock));
    for (std::int64_t row = 0; row < m_rows; ++row) {
        const std::uint8_t* from = source.codes + row * m_cols;
        std::uint32_t* to = m_codes.data() + row / kRowBlock * m_words * kRowBlock + row % kRowBlock;
        for (const Chunk& chunk : m_chunks) {
            for (std::int64_t i = 0; i < chunk.columns; ++i) {
                const std::int64_t packed = chunk.firstColumn + i;
                const std::int64_t column = m_columnOrder.empty() ? packed : m_columnOrder[std::size_t(packed)];
                const std::int64_t inWord = i % wordColumns();
                const auto shift = static_cast<unsigned>(8 * (inWord % 4) + m_storedBits * (inWord / 4));
                to[(chunk.firstWord + i / wordColumns()) * kRowBlock] |= std::uint32_t(from[column]) << shift;
            }
        }
    }
}

void PackedMatrix::packParameters(const QuantizedMatrix& source)
{
    const std::size_t count = static_cast<std::size_t>(m_rows * m_groups);
    const std::span<const float> scales(source.scales, count);
    const std::span<const std::uint8_t> zeros(source.zeros, count);
    const std::size_t padded = static_cast<std::size_t>(rowBlocks() * m_groups * kRowBlock);
    const bool half = std::all_of(
        scales.begin(), scales.end(), [](float scale) { return halfToFloat(floatToHalf(scale)) == scale; });
    const bool uniform = std::adjacent_find(zeros.begin(), zeros.end(), std::not_equal_to<>()) == zeros.end();
    if (half)
        m_halfScales = AlignedBuffer<std::uint16_t>(padded);
    else
        m_floatScales = AlignedBuffer<float>(padded);
    if (uniform)
        m_uniformZero = count > 0 ? zeros[0] : 0;
    else
        m_zeros = AlignedBuffer<std::uint8_t>(padded);
    for (std::size_t i = 0; i < count; ++i) {
        const std::int64_t row = static_cast<std::int64_t>(i) / m_groups;
        const std::int64_t group = static_cast<std::int64_t>(i) % m_groups;
        const std::int64_t to = (row / kRowBlock * m_groups + group) * kRowBlock + row % kRowBlock;
        if (half)
            m_halfScales.data()[to] = floatToHalf(scales[i]);
        else
            m_floatScales.data()[to] = scales[i];
        if (!uniform)
            m_zeros.data()[to] = zeros[i];
    }
}

const std::uint16_t* PackedMatrix::halfScales(std::int64_t block) const
{
    return m_halfScales.empty() ? nullptr : m_halfScales.data() + block * m_groups * kRowBlock;
}

const float* PackedMatrix::floatScales(std::int64_t block) const
{
    return m_floatScales.empty() ? nullptr : m_floatScales.data() + block * m_groups * kRowBlock;
}

const std::uint8_t* PackedMatrix::zeros(std::int64_t block) const
{
    return m_zeros.empty() ? nullptr : m_zeros.data() + block * m_groups * kRowBlock;
}

std::int64_t PackedMatrix::bytes() const
{
    return static_cast<std::int64_t>(m_codes.bytes() + m_halfScales.bytes() + m_floatScales.bytes() + m_zeros.bytes());
}

const std::vector<const QuantizedLinearKernel*>& quantizedLinearKernels()
{
    static const std::vector<const QuantizedLinearKernel*> kernels = [] {
        std::vector<const QuantizedLinearKernel*> found;
        if (const QuantizedLinearKernel* vnni = vnniQuantizedLinear())
            found.push_back(vnni);
        const std::vector<const QuantizedLinearKernel*> portable = highwayQuantizedLinear();
        found.insert(found.end(), portable.begin(), portable.end());
        found.push_back(referenceQuantizedLinear());
        return found;
    }();
    return kernels;
}

} // namespace kerf::kernels
