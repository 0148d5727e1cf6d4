// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <functional>
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

/// Whose specification a format follows; each is one file of core/format.
enum class FormatFamily {
    Float, ///< f32, f16, bf16: not quantized
    Integer, ///< int2 … int8
    Float8, ///< fp8-e4m3, fp8-e5m2
    CodeBook, ///< nf4, fp4
    Microscaling, ///< mxfp4, mxfp8, nvfp4
    GgmlBlock, ///< q4_0 … q6_k, iq4_nl, iq4_xs
};

/// What the zero of a group means for the weight that a code stands for.
enum class ZeroKind {
    None, ///< w = scale * level[code]; there are no zeros
    Code, ///< w = scale * (level[code] - zero), zero a whole number among the codes
    Offset, ///< w = scale * level[code] - zero, zero a float
};

/// Scale and zero of every group of a weight, laid out so that the rows of one group are contiguous.
struct GroupParams {
    Matrix scales; ///< [groups, rows]
    Matrix zeros; ///< [groups, rows]; empty for ZeroKind::None
    /// The same as the format's specification stores them, where that is more than a float16 for every group: set by
    /// Format::snapParams, turned back by Format::readParams.
    std::vector<std::uint8_t> stored {};
};

/// Which weights share a scale.
enum class Granularity {
    Group, ///< consecutive columns of a row: -g128, -b64, a specification's own block
    Channel, ///< a row: -channel
    Tensor, ///< all: -tensor
    Block, ///< a square of rows and columns: -block128
};

/// What a choice of parameters costs in one group: what snapParams should keep small. May be called from several
/// threads at once, for different rows.
using GroupCost = std::function<double(std::int64_t group, std::int64_t row, float scale, float zero)>;

/// How numbers are stored. Immutable, shared, compared by name. Knows nothing of methods.
/// Names: base[-granularity][-flags], for example "int4-g128-asym", "int8-channel", "nf4-b64", "q4_k", "bf16".
///
/// A quantized weight is an array of codes (one unsigned byte each while in memory) and, for every group of
/// groupSize consecutive columns of one row, a scale and, depending on zeroKind, a zero.
class Format {
public:
    Format() = default;
    Format(const Format&) = delete;
    Format& operator=(const Format&) = delete;
    virtual ~Format() = default;

    virtual const std::string& name() const = 0;
    /// What it is and whose, for those who choose one: half a sentence, with the paper or project it comes from.
    virtual std::string summary() const = 0;
    virtual FormatFamily family() const = 0;
    /// f32, f16, bf16: stored as it is, no codes.
    bool isUnquantized() const { return family() == FormatFamily::Float; }
    /// Bits of one code (16 for bf16).
    virtual int codeBits() const = 0;
    virtual ZeroKind zeroKind() const = 0;
    bool isSymmetric() const { return zeroKind() == ZeroKind::None; }
    /// The value of each code at scale 1 and zero 0; NaN for codes that no number has (FP8). Integers: evenly spaced.
    virtual std::span<const float> levels() const = 0;
    virtual Granularity granularity() const { return Granularity::Group; }
    /// Columns that share a scale in a row of cols columns (cols itself for -channel).
    virtual std::int64_t groupSize(std::int64_t cols) const = 0;
    /// Bits per weight with scales and zero points counted (docs/formats.md).
    virtual double bitsPerWeight(const LayerShape& shape) const = 0;
    /// Errors: InvalidArgument, in words, when this format cannot hold such a layer (the group does not divide cols).
    virtual Status checkShape(const LayerShape& shape) const = 0;

    /// Scale and zero of one group as the format's specification has them (by min and max, range always including 0).
    /// What one group alone can store: what groups share is settled by snapParams.
    virtual void chooseParams(std::span<const float> group, float& scale, float& zero) const = 0;
    /// Rounds a scale to what one group can store: for example float16, never 0, never infinite, or a power of two.
    virtual float storedScale(float scale) const = 0;
    /// The same for a zero: a code, a float16. The zero itself where a format has none.
    virtual float storedZero(float zero) const { return zero; }
    /// The scale is so small or large that its stored form holds it in less than full precision.
    virtual bool losesScale(float) const { return false; }

    /// Scales of several groups are stored together (superblocks, double quantization, 128 x 128 blocks, a tensor's one
    /// scale): parameters must go through snapParams, and one group's cannot be changed afterwards.
    virtual bool isNested() const { return false; }
    /// The same format with its one scale for the whole weight made for this largest |w| instead of the weight's own:
    /// for weights that serving engines run as one (q, k, v), where they take one scale for all. Null: no such scale.
    virtual std::shared_ptr<const Format> madeFor(float /*largest*/) const { return nullptr; }
    /// Moves the wanted parameters of a whole weight to the nearest ones that can be stored, all at once. With a cost,
    /// to those that make its sum small. Afterwards scales and zeros are fixed and `stored` is set; a second call
    /// without a cost may move them again.
    virtual void snapParams(const LayerShape& shape, GroupParams& params, const GroupCost& cost) const;
    /// The parameters from GroupParams::stored: bit-identical to what snapParams left.
    /// Errors: BadFile when there are not as many bytes as the shape needs or they hold no finite numbers.
    virtual Result<GroupParams> readParams(const LayerShape& shape, std::span<const std::uint8_t> stored) const;

    /// codes[i] = nearest code to values[i] (integers: ties to even, clamped), rounded[i] = its value. One parameter
    /// pair an item: the shape of one column of a weight. zeros may be empty for ZeroKind::None. A scale of 0 (a nested
    /// format's) gives the code nearest to 0.
    virtual void quantize(std::span<const float> values, std::span<const float> scales, std::span<const float> zeros,
        std::span<std::uint8_t> codes, std::span<float> rounded) const = 0;
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
    std::vector<float> zeros; ///< [rows, groups]; empty for ZeroKind::None
    /// Group of each column when not j / group_size: checkpoints with desc_act. Empty otherwise.
    std::vector<std::int32_t> groupIndex;
    std::vector<std::uint8_t> stored {}; ///< GroupParams::stored

    /// Sets scales, zeros and stored.
    void setParams(const GroupParams& params);
    std::int64_t groups() const { return shape.cols / format->groupSize(shape.cols); }
    std::int64_t groupOf(std::int64_t column) const
    {
        return groupIndex.empty() ? column / format->groupSize(shape.cols)
                                  : groupIndex[static_cast<std::size_t>(column)];
    }
};

/// Zero points of an integer format as codes, [rows, groups]: 2^(bits-1) everywhere when symmetric.
std::vector<std::uint8_t> zeroCodes(const QuantizedTensor& tensor);
/// The float32 weight that the codes stand for (ZeroKind).
Matrix dequantize(const QuantizedTensor& tensor);
/// Rows [firstRow, firstRow + out.rows()) only.
void dequantizeRows(const QuantizedTensor& tensor, std::int64_t firstRow, MutableMatrixRef out);
/// SHA-256 over format name, shape, codes, scales, zeros, group index and stored parameters.
std::string contentHash(const QuantizedTensor& tensor);

} // namespace kerf::core
