// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/base/dtype.h"
#include "core/format/families.h"
#include "core/format/ggml_levels.h"
#include "core/format/param_bytes.h"
#include "core/format/table_format.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kBlock = 32;
constexpr float kSmallestHalf = 0x1.0p-24f, kSmallestNormalHalf = 0x1.0p-14f, kLargestHalf = 65504.0f;

/// What tells ggml's blocks of 32 apart.
struct Block {
    const char* name;
    int bits;
    std::vector<float> levels;
    float target; ///< level on which the value of largest magnitude lands; with a minimum, the number of steps
    bool hasMinimum; ///< w = d * level + m instead of d * level
    bool isEven = true; ///< of the levels

    std::string summary() const
    {
        if (!isEven)
            return fmt::format("{} bits on unevenly spaced levels in blocks of {} (llama.cpp)", bits, kBlock);
        return fmt::format(
            "{} bits in blocks of {} with one scale{} (llama.cpp)", bits, kBlock, hasMinimum ? " and one minimum" : "");
    }
};

/// Blocks of 32 columns with a float16 step d and, in the "_1" types, a float16 minimum m (ggml-quants.c). Stored: d,
/// or d and m, of every block.
class GgmlFormat final : public TableFormat {
public:
    explicit GgmlFormat(Block block)
        : TableFormat({ block.name, block.summary(), FormatFamily::GgmlBlock, block.bits,
                          block.hasMinimum ? ZeroKind::Offset : ZeroKind::None, kBlock },
            std::move(block.levels), LevelRounder::Ties::EvenCode)
        , m_target(block.target)
    {
    }
    void chooseParams(std::span<const float> group, float& scale, float& zero) const override
    {
        zero = 0;
        float step = signedLargest(group) / m_target;
        if (zeroKind() == ZeroKind::Offset) {
            const auto [low, high] = std::minmax_element(group.begin(), group.end());
            step = *high / m_target - *low / m_target; // each alone, because high - low may overflow
            zero = storedZero(-*low);
        }
        scale = step == 0.0f ? scaleOfZeros() : storedScale(step);
    }
    float storedScale(float scale) const override { return storedHalf(scale); }
    float storedZero(float zero) const override
    {
        return zeroKind() == ZeroKind::Offset ? roundToHalf(std::clamp(zero, -kLargestHalf, kLargestHalf)) : zero;
    }
    bool losesScale(float scale) const override
    {
        return scale != 0.0f && (std::abs(scale) < kSmallestNormalHalf || std::abs(scale) >= kLargestHalf);
    }
    void snapParams(const LayerShape&, GroupParams& params, const GroupCost&) const override
    {
        ParamWriter writer(params.stored);
        for (Eigen::Index row = 0; row < params.scales.cols(); ++row)
            for (Eigen::Index g = 0; g < params.scales.rows(); ++g) {
                writer.half(params.scales(g, row));
                if (params.zeros.size() > 0)
                    writer.half(-params.zeros(g, row));
            }
    }

protected:
    std::size_t storedBytes(const LayerShape& shape) const override
    {
        return static_cast<std::size_t>(shape.rows * groups(shape)) * (zeroKind() == ZeroKind::Offset ? 4 : 2);
    }
    void decodeParams(const LayerShape&, std::span<const std::uint8_t> stored, GroupParams& params) const override
    {
        ParamReader reader(stored);
        for (Eigen::Index row = 0; row < params.scales.cols(); ++row)
            for (Eigen::Index g = 0; g < params.scales.rows(); ++g) {
                params.scales(g, row) = reader.half();
                if (params.zeros.size() > 0)
                    params.zeros(g, row) = -reader.half();
            }
    }

private:
    float m_target;
};

} // namespace

std::vector<float> countedLevels(int bits, int first)
{
    std::vector<float> levels;
    for (int code = 0; code < 1 << bits; ++code)
        levels.push_back(static_cast<float>(first + code));
    return levels;
}

float storedHalf(float value)
{
    const float magnitude = std::min(std::abs(value), kLargestHalf);
    return std::copysign(std::max(roundToHalf(magnitude), kSmallestHalf), value);
}

float signedLargest(std::span<const float> values)
{
    float largest = 0;
    for (const float value : values)
        if (std::abs(value) > std::abs(largest))
            largest = value;
    return largest;
}

std::vector<FormatPtr> ggmlFormats()
{
    std::vector<FormatPtr> formats;
    const std::vector<float> nonLinear(kNonLinear4.begin(), kNonLinear4.end());
    for (Block block : { Block { "q4_0", 4, countedLevels(4, -8), -8, false },
             Block { "iq4_nl", 4, nonLinear, -127, false, false }, Block { "q4_1", 4, countedLevels(4, 0), 15, true },
             Block { "q5_0", 5, countedLevels(5, -16), -16, false }, Block { "q5_1", 5, countedLevels(5, 0), 31, true },
             Block { "q8_0", 8, countedLevels(8, -128), 127, false } })
        formats.push_back(std::make_shared<GgmlFormat>(std::move(block)));
    return formats;
}

} // namespace kerf::core
