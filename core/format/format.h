// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/matrix.h"
#include "core/base/result.h"

namespace kerf::core {

/// [out_features, in_features] of a layer.
struct LayerShape {
    std::int64_t rows = 0;
    std::int64_t cols = 0;
};

/// How numbers are stored. Immutable, shared, compared by name. Knows nothing of methods.
/// Names: base[-granularity][-flags], for example "int4-g128-asym", "int8-channel", "bf16".
///
/// A quantized weight is an array of codes (one unsigned byte each while in memory) and, for every group of
/// groupSize consecutive columns of one row, a scale and a zero point: w = scale * (code - zero).
class Format {
public:
    Format() = default;
    Format(const Format&) = delete;
    Format& operator=(const Format&) = delete;
    virtual ~Format() = default;

    virtual const std::string& name() const = 0;
    /// f32, f16, bf16: stored as it is, no codes.
    virtual bool isUnquantized() const = 0;
    /// Bits of one code (16 for bf16).
    virtual int codeBits() const = 0;
    virtual bool isSymmetric() const = 0;
    /// Columns that share a scale in a row of cols columns (cols itself for -channel).
    virtual std::int64_t groupSize(std::int64_t cols) const = 0;
    /// Bits per weight with scales and zero points counted (docs/formats.md).
    virtual double bitsPerWeight(const LayerShape& shape) const = 0;
    /// Errors: InvalidArgument, in words, when this format cannot hold such a layer (the group does not divide cols).
    virtual Status checkShape(const LayerShape& shape) const = 0;

    /// Scale and zero point of one group by its min and max, range always including 0. The scale is rounded to the
    /// precision it is stored in (float16) before codes are chosen from it.
    virtual void chooseParams(std::span<const float> group, float& scale, float& zero) const = 0;
    /// Rounds a step to what is stored: float16, never 0, never infinite.
    virtual float storedScale(float scale) const = 0;
    /// codes[i] = nearest code to values[i] (ties to even, clamped), rounded[i] = its value. One parameter pair an item:
    /// the shape of one column of a weight.
    virtual void quantize(std::span<const float> values, std::span<const float> scales, std::span<const float> zeros,
        std::span<std::uint8_t> codes, std::span<float> rounded) const
        = 0;
};

using FormatPtr = std::shared_ptr<const Format>;

/// The format of that name; the same object each time. Errors: InvalidArgument, naming the parts that are known.
Result<FormatPtr> parseFormat(std::string_view name);
/// The names that the palette and --help list, in order of bits per weight: int2-g64 … int8-channel, bf16.
const std::vector<std::string>& commonFormats();

/// A quantized layer as it lives in memory: never as a float copy.
struct QuantizedTensor {
    FormatPtr format;
    LayerShape shape;
    std::vector<std::uint8_t> codes; ///< [rows, cols], one code a byte
    std::vector<float> scales; ///< [rows, groups], every value exactly representable in its stored precision
    std::vector<std::uint8_t> zeros; ///< [rows, groups]; 2^(bits-1) everywhere when symmetric
    /// Group of each column when not j / group_size: checkpoints with desc_act. Empty otherwise.
    std::vector<std::int32_t> groupIndex;

    std::int64_t groups() const { return shape.cols / format->groupSize(shape.cols); }
    std::int64_t groupOf(std::int64_t column) const
    {
        return groupIndex.empty() ? column / format->groupSize(shape.cols)
                                  : groupIndex[static_cast<std::size_t>(column)];
    }
};

/// The float32 weight that the codes stand for: scale * (code - zero).
Matrix dequantize(const QuantizedTensor& tensor);
/// Rows [firstRow, firstRow + out.rows()) only.
void dequantizeRows(const QuantizedTensor& tensor, std::int64_t firstRow, MutableMatrixRef out);
/// SHA-256 over format name, shape, codes, scales, zeros and group index.
std::string contentHash(const QuantizedTensor& tensor);

} // namespace kerf::core
