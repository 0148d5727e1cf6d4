// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include <fmt/format.h>

#include "core/base/dtype.h"
#include "core/format/families.h"
#include "core/format/shared_scales.h"
#include "kernels/multiversion.h"

namespace kerf::core {
namespace {

constexpr int kScaleBits = 16; // scales are stored as float16
constexpr float kSmallestHalf = 0x1.0p-24f;
constexpr float kSmallestNormalHalf = 0x1.0p-14f;
constexpr float kLargestHalf = 65504.0f;

// Adding and subtracting 1.5 * 2^23 rounds to the nearest integer, ties to even, for any |x| < 2^22: the same result
// as nearbyint on every instruction set, and it vectorizes without SSE4.1.
constexpr float kRounder = 12582912.0f;
constexpr float kQuotientLimit = 1024.0f; // beyond every code, so clamping a quotient to it changes nothing

inline void quantizeItem(float value, float scale, float zero, float maxCode, std::uint8_t& code, float& rounded)
{
    float quotient = value / scale;
    quotient = quotient < -kQuotientLimit ? -kQuotientLimit : quotient;
    quotient = quotient > kQuotientLimit ? kQuotientLimit : quotient;
    float nearest = ((quotient + kRounder) - kRounder) + zero;
    nearest = nearest < 0.0f ? 0.0f : nearest;
    nearest = nearest > maxCode ? maxCode : nearest;
    code = static_cast<std::uint8_t>(static_cast<int>(nearest));
    rounded = scale * (nearest - zero);
}

KERF_MULTIVERSION void quantizeItems(const float* values, const float* scales, const float* zeros, std::size_t count,
    float maxCode, std::uint8_t* codes, float* rounded)
{
    for (std::size_t i = 0; i < count; ++i)
        quantizeItem(values[i], scales[i], zeros[i], maxCode, codes[i], rounded[i]);
}

KERF_MULTIVERSION void quantizeSymmetric(const float* values, const float* scales, float zero, std::size_t count,
    float maxCode, std::uint8_t* codes, float* rounded)
{
    for (std::size_t i = 0; i < count; ++i)
        quantizeItem(values[i], scales[i], zero, maxCode, codes[i], rounded[i]);
}

/// Integers with a float16 scale for every group of columns of a row.
///
/// Symmetric: scale = 2 max|w| / (2^bits - 1) and levels -2^(bits-1) … 2^(bits-1) - 1, all 2^bits codes in use, as GPTQ
/// and compressed-tensors have it (docs/formats.md): the largest positive value lands half a step inside the range.
/// The range is symmetric also when no value is negative. Asymmetric: the range is widened to include 0, so that the
/// zero point is a code and 0 is exact. -tensor is one scale, and one zero point, for all rows.
class IntegerFormat final : public Format {
public:
    IntegerFormat(int bits, std::int64_t group, bool symmetric, bool wholeTensor = false)
        : m_bits(bits)
        , m_group(group)
        , m_symmetric(symmetric)
        , m_wholeTensor(wholeTensor)
        , m_name(fmt::format("int{}-{}{}", bits,
              wholeTensor ? std::string("tensor")
                  : group ? fmt::format("g{}", group)
                          : std::string("channel"),
              symmetric ? "" : "-asym"))
    {
        for (int code = 0; code < 1 << bits; ++code)
            m_levels.push_back(static_cast<float>(code - (symmetric ? 1 << (bits - 1) : 0)));
    }

    const std::string& name() const override { return m_name; }
    std::string summary() const override
    {
        return fmt::format("Integers of {} bits, one scale {}for {}", m_bits, m_symmetric ? "" : "and zero point ",
            m_wholeTensor     ? std::string("the whole layer")
                : m_group > 0 ? fmt::format("each {} weights of a row", m_group)
                              : std::string("each output channel"));
    }
    FormatFamily family() const override { return FormatFamily::Integer; }
    int codeBits() const override { return m_bits; }
    ZeroKind zeroKind() const override { return m_symmetric ? ZeroKind::None : ZeroKind::Code; }
    std::span<const float> levels() const override { return m_levels; }
    Granularity granularity() const override
    {
        if (m_wholeTensor)
            return Granularity::Tensor;
        return m_group > 0 ? Granularity::Group : Granularity::Channel;
    }
    std::int64_t groupSize(std::int64_t cols) const override { return m_group ? m_group : cols; }
    double bitsPerWeight(const LayerShape& shape) const override
    {
        const int parameterBits = kScaleBits + (m_symmetric ? 0 : m_bits);
        const std::int64_t sharing = groupSize(shape.cols) * (m_wholeTensor ? shape.rows : 1);
        return m_bits + static_cast<double>(parameterBits) / static_cast<double>(sharing);
    }
    Status checkShape(const LayerShape& shape) const override;
    void chooseParams(std::span<const float> group, float& scale, float& zero) const override;
    float storedScale(float scale) const override
    {
        return std::clamp(roundToHalf(std::min(scale, kLargestHalf)), kSmallestHalf, kLargestHalf);
    }
    float storedZero(float zero) const override { return std::clamp(std::nearbyint(zero), 0.0f, maxCode()); }
    bool losesScale(float scale) const override { return scale < kSmallestNormalHalf || scale >= kLargestHalf; }
    bool isNested() const override { return m_wholeTensor; }
    void snapParams(const LayerShape& shape, GroupParams& params, const GroupCost& cost) const override;
    void quantize(std::span<const float> values, std::span<const float> scales, std::span<const float> zeros,
        std::span<std::uint8_t> codes, std::span<float> rounded) const override
    {
        if (m_symmetric) {
            quantizeSymmetric(values.data(), scales.data(), -m_levels.front(), values.size(), maxCode(), codes.data(),
                rounded.data());
            return;
        }
        quantizeItems(
            values.data(), scales.data(), zeros.data(), values.size(), maxCode(), codes.data(), rounded.data());
    }

private:
    float maxCode() const { return static_cast<float>((1 << m_bits) - 1); }

    int m_bits;
    std::int64_t m_group; // 0 = the whole row
    bool m_symmetric;
    bool m_wholeTensor;
    std::string m_name;
    std::vector<float> m_levels;
};

Status IntegerFormat::checkShape(const LayerShape& shape) const
{
    if (shape.rows < 1 || shape.cols < 1)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("A layer of {} rows and {} columns cannot be quantized.", shape.rows, shape.cols));
    if (m_group == 0 || shape.cols % m_group == 0)
        return {};
    return fail(ErrorCode::InvalidArgument,
        fmt::format("{} needs groups of {} columns, which do not divide the layer's {} columns: choose a smaller group "
                    "or int{}-channel.",
            m_name, m_group, shape.cols, m_bits));
}

void IntegerFormat::chooseParams(std::span<const float> group, float& scale, float& zero) const
{
    const auto [least, most] = std::minmax_element(group.begin(), group.end());
    float low = std::min(*least, 0.0f);
    float high = std::max(*most, 0.0f);
    if (m_symmetric) {
        high = std::max(high, -low);
        low = -high;
    }
    if (low == high) { // all zero: any scale decodes the zero point to an exact 0
        low = m_wholeTensor ? 0.0f : -1.0f; // and one that all rows share must not grow by it
        high = m_wholeTensor ? 0.0f : 1.0f;
    }
    // In double, because high - low may overflow in float.
    scale = storedScale(static_cast<float>((static_cast<double>(high) - static_cast<double>(low)) / maxCode()));
    zero = m_symmetric ? 0.0f : storedZero(-low / scale);
}

void IntegerFormat::snapParams(const LayerShape& shape, GroupParams& params, const GroupCost& cost) const
{
    if (!m_wholeTensor)
        return;
    if (m_symmetric) {
        shareScales(
            { shape.rows, 1 }, params, [this](float scale) { return storedScale(scale); }, cost);
        return;
    }
    // The range that holds those of all rows.
    const float low = -(params.zeros.array() * params.scales.array()).maxCoeff();
    const float high = ((maxCode() - params.zeros.array()) * params.scales.array()).maxCoeff();
    float scale = 0, zero = 0;
    chooseParams(std::array { low, high }, scale, zero);
    params.scales.setConstant(scale);
    params.zeros.setConstant(zero);
}

} // namespace

std::vector<FormatPtr> integerFormats()
{
    std::vector<FormatPtr> formats;
    for (int bits = 2; bits <= 8; ++bits)
        for (const std::int64_t group : { 0, 128, 64, 32 })
            for (const bool symmetric : { true, false })
                formats.push_back(std::make_shared<IntegerFormat>(bits, group, symmetric));
    for (int bits = 2; bits <= 8; ++bits)
        for (const bool symmetric : { true, false })
            formats.push_back(std::make_shared<IntegerFormat>(bits, 0, symmetric, true));
    return formats;
}

} // namespace kerf::core
