// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "core/base/parallel.h"
#include "core/format/families.h"
#include "core/format/float8.h"
#include "core/format/param_bytes.h"
#include "core/format/table_format.h"

namespace kerf::core {
namespace {

/// Magnitudes of E2M1 by code (OCP MX 1.0, section 5.3.3); the sign is the highest bit.
constexpr std::array<float, 8> kFloat4 { 0.0f, 0.5f, 1.0f, 1.5f, 2.0f, 3.0f, 4.0f, 6.0f };
constexpr float kLargestFloat4 = 6.0f;
constexpr int kExponentBias = 127; // of E8M0
constexpr std::int64_t kMxBlock = 32, kNvBlock = 16;
constexpr std::int64_t kRowTile = 16;
/// Neighbours of the nearest 8-bit scale that a search tries.
constexpr int kNeighbours = 4;

std::vector<float> float4Levels()
{
    std::vector<float> levels(kFloat4.begin(), kFloat4.end());
    for (const float magnitude : kFloat4)
        levels.push_back(-magnitude);
    return levels;
}

/// MX formats (OCP Microscaling 1.0, section 5): blocks of 32 columns with a power of two as their scale, stored as one
/// exponent byte. The specification's exponent is that of max|w| less the largest of the element type, so that the
/// largest values may saturate; a search may take another.
class MxFormat final : public TableFormat {
public:
    MxFormat(const char* name, int bits, std::vector<float> levels)
        : TableFormat(
            { name,
                fmt::format(
                    "{}-bit floating point, one power-of-two scale for {} weights (OCP Microscaling, arXiv 2310.10537)",
                    bits, kMxBlock),
                FormatFamily::Microscaling, bits, ZeroKind::None, kMxBlock },
            std::move(levels), LevelRounder::Ties::EvenCode)
        , m_largestExponent(std::ilogb(rounder().largest()))
    {
    }
    void chooseParams(std::span<const float> group, float& scale, float& zero) const override
    {
        float largest = 0;
        for (const float value : group)
            largest = std::max(largest, std::abs(value));
        scale = largest > 0 ? powerOfTwo(std::ilogb(largest) - m_largestExponent) : 1.0f;
        zero = 0;
    }
    float storedScale(float scale) const override
    {
        return std::abs(scale) > 0 ? powerOfTwo(static_cast<int>(std::lround(std::log2(std::abs(scale))))) : 1.0f;
    }
    bool losesScale(float scale) const override { return std::ilogb(scale) <= -kExponentBias; }
    void snapParams(const LayerShape&, GroupParams& params, const GroupCost&) const override
    {
        ParamWriter writer(params.stored);
        for (Eigen::Index row = 0; row < params.scales.cols(); ++row)
            for (Eigen::Index g = 0; g < params.scales.rows(); ++g)
                writer.byte(std::ilogb(params.scales(g, row)) + kExponentBias);
    }

protected:
    std::size_t storedBytes(const LayerShape& shape) const override
    {
        return static_cast<std::size_t>(shape.rows * groups(shape));
    }
    void decodeParams(const LayerShape&, std::span<const std::uint8_t> stored, GroupParams& params) const override
    {
        ParamReader reader(stored);
        for (Eigen::Index row = 0; row < params.scales.cols(); ++row)
            for (Eigen::Index g = 0; g < params.scales.rows(); ++g) {
                const int exponent = reader.byte(); // 255 is NaN
                params.scales(g, row) = exponent == 255 ? std::nanf("") : std::ldexp(1.0f, exponent - kExponentBias);
            }
    }

private:
    /// 2^-127 itself is left out: float32 holds it without full precision.
    static float powerOfTwo(int exponent) { return std::ldexp(1.0f, std::clamp(exponent, 1 - kExponentBias, 127)); }

    int m_largestExponent;
};

/// NVFP4: blocks of 16 columns with an E4M3 scale, and one float32 factor g for the tensor such that the largest block
/// uses the whole range of E4M3: scale = E4M3 / g (compressed-tensors' nvfp4-pack-quantized stores g itself as
/// weight_global_scale). Stored: g, then the scales row by row.
class NvFormat final : public TableFormat {
public:
    /// largest: max|w| that the factor is made for; 0: the weight's own
    explicit NvFormat(float largest = 0)
        : TableFormat(
            { "nvfp4",
                "4-bit floating point, an FP8 scale for 16 weights and one scale for the whole (NVIDIA Blackwell)",
                FormatFamily::Microscaling, 4, ZeroKind::None, kNvBlock },
            float4Levels(), LevelRounder::Ties::EvenCode)
        , m_largest(largest)
    {
    }
    bool isNested() const override { return true; }
    FormatPtr madeFor(float largest) const override { return std::make_shared<NvFormat>(largest); }
    void snapParams(const LayerShape&, GroupParams& params, const GroupCost& cost) const override
    {
        const float largest = m_largest > 0 ? m_largest / kLargestFloat4 : params.scales.maxCoeff();
        const float factor = largest > 0 ? invertible(largestFloat8(Float8::E4M3) / largest) : 1.0f;
        std::vector<std::uint8_t> codes(static_cast<std::size_t>(params.scales.size()));
        const std::int64_t rows = params.scales.cols(), count = params.scales.rows();
        parallelFor((rows + kRowTile - 1) / kRowTile, [&](std::int64_t tile) {
            for (std::int64_t row = tile * kRowTile; row < std::min(rows, (tile + 1) * kRowTile); ++row)
                for (std::int64_t g = 0; g < count; ++g) {
                    const auto error
                        = [&](int code) { return cost(g, row, scaleOf(static_cast<std::uint8_t>(code), factor), 0); };
                    const std::uint8_t code = chooseCode(params.scales(g, row) * factor, cost ? error : Cost());
                    codes[static_cast<std::size_t>(row * count + g)] = code;
                    params.scales(g, row) = scaleOf(code, factor);
                }
        });
        ParamWriter writer(params.stored);
        writer.single(factor);
        writer.all(codes);
    }

protected:
    std::size_t storedBytes(const LayerShape& shape) const override
    {
        return static_cast<std::size_t>(shape.rows * groups(shape)) + sizeof(float);
    }
    void decodeParams(const LayerShape&, std::span<const std::uint8_t> stored, GroupParams& params) const override
    {
        ParamReader reader(stored);
        const float factor = reader.single();
        for (Eigen::Index row = 0; row < params.scales.cols(); ++row)
            for (Eigen::Index g = 0; g < params.scales.rows(); ++g)
                params.scales(g, row) = scaleOf(reader.byte(), factor);
    }

private:
    using Cost = std::function<double(int code)>;
    static constexpr int kLargestCode = 0x7E;
    static constexpr float kLargestFactor = 0x1.0p100f; // beyond it a scale over the factor would be subnormal

    float m_largest;

    /// The nearest factor whose reciprocal's reciprocal it is: ModelOpt stores that one.
    static float invertible(float factor) { return 1 / (1 / std::min(factor, kLargestFactor)); }
    static float scaleOf(std::uint8_t code, float factor) { return float8ToFloat(Float8::E4M3, code) / factor; }
    /// 0 would make a block of zeros out of one that is small; the smallest scale does not.
    static std::uint8_t chooseCode(float wanted, const Cost& cost)
    {
        const int nearest = std::clamp<int>(floatToFloat8(Float8::E4M3, wanted) & 0x7F, 1, kLargestCode);
        if (!cost)
            return static_cast<std::uint8_t>(nearest);
        int best = nearest;
        double least = cost(nearest);
        for (int code = std::max(nearest - kNeighbours, 1); code <= std::min(nearest + kNeighbours, kLargestCode);
             ++code)
            if (const double error = cost(code); error < least) {
                least = error;
                best = code;
            }
        return static_cast<std::uint8_t>(best);
    }
};

} // namespace

std::vector<FormatPtr> microscalingFormats()
{
    return { std::make_shared<MxFormat>("mxfp4", 4, float4Levels()), std::make_shared<NvFormat>(),
        std::make_shared<MxFormat>("mxfp8", 8, float8Levels(Float8::E4M3)) };
}

} // namespace kerf::core
