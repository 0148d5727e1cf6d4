// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/base/dtype.h"
#include "core/format/families.h"

namespace kerf::core {
namespace {

/// A weight kept as floating point: no codes and no parameters. quantize() leaves codes alone and gives the values as
/// the type stores them.
class FloatFormat final : public Format {
public:
    FloatFormat(std::string name, DType type, std::string summary)
        : m_name(std::move(name))
        , m_summary(std::move(summary))
        , m_type(type)
    {
    }

    const std::string& name() const override { return m_name; }
    std::string summary() const override { return m_summary; }
    FormatFamily family() const override { return FormatFamily::Float; }
    int codeBits() const override { return static_cast<int>(elementSize(m_type)) * 8; }
    ZeroKind zeroKind() const override { return ZeroKind::None; }
    std::span<const float> levels() const override { return {}; }
    std::int64_t groupSize(std::int64_t cols) const override { return cols; }
    double bitsPerWeight(const LayerShape&) const override { return codeBits(); }
    Status checkShape(const LayerShape&) const override { return {}; }
    void chooseParams(std::span<const float>, float& scale, float& zero) const override
    {
        scale = 1.0f;
        zero = 0.0f;
    }
    float storedScale(float scale) const override { return scale; }
    void quantize(std::span<const float> values, std::span<const float>, std::span<const float>,
        std::span<std::uint8_t>, std::span<float> rounded) const override
    {
        std::transform(values.begin(), values.end(), rounded.begin(), [this](float value) {
            switch (m_type) {
            case DType::F16:
                return roundToHalf(value);
            case DType::BF16:
                return bfloat16ToFloat(floatToBfloat16(value));
            default:
                return value;
            }
        });
    }

private:
    std::string m_name, m_summary;
    DType m_type;
};

} // namespace

std::vector<FormatPtr> floatFormats()
{
    return {
        std::make_shared<FloatFormat>("bf16", DType::BF16, "16 bit as the layer is stored: nothing is lost"),
        std::make_shared<FloatFormat>(
            "f16", DType::F16, "16-bit floating point (IEEE half): nothing worth naming is lost"),
        std::make_shared<FloatFormat>("f32", DType::F32, "32-bit floating point: nothing is lost"),
    };
}

} // namespace kerf::core
