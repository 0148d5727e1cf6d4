// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <array>
#include <limits>

#include <fmt/format.h>

#include "core/format/families.h"
#include "core/format/float8.h"
#include "core/format/param_bytes.h"
#include "core/format/shared_scales.h"
#include "core/format/table_format.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kBlock = 128;
constexpr std::int64_t kAll = std::numeric_limits<std::int32_t>::max();

struct Number {
    Float8 type;
    const char* base; ///< of the formats' names
    const char* summary;
};
constexpr std::array kNumbers {
    Number { Float8::E4M3, "fp8-e4m3",
        "8-bit floating point with 3 bits of precision (Micikevicius et al., FP8 Formats for Deep Learning, arXiv "
        "2209.05433)" },
    Number { Float8::E5M2, "fp8-e5m2",
        "8-bit floating point with 2 bits of precision and a wide range (FP8 Formats for Deep Learning, arXiv "
        "2209.05433)" },
};

/// 8-bit floats with a float32 scale for the tensor, a row, or a block of 128 x 128 (the last rows of a weight may make
/// a shorter one), as compressed-tensors' float-quantized and DeepSeek's block-wise checkpoints have them:
/// scale = max|w| / the largest number.
class Float8Format final : public TableFormat {
public:
    /// largest: max|w| that the scale of a tensor is made for; 0: the weight's own
    Float8Format(const Number& number, Granularity granularity, const char* suffix, float largest = 0)
        : TableFormat({ fmt::format("{}-{}", number.base, suffix), number.summary, FormatFamily::Float8, 8,
                          ZeroKind::None, granularity == Granularity::Block ? kBlock : 0 },
            float8Levels(number.type), LevelRounder::Ties::EvenCode)
        , m_number(&number)
        , m_granularity(granularity)
        , m_largest(largest)
        , m_blocks { granularity == Granularity::Tensor ? kAll
                : granularity == Granularity::Block     ? kBlock
                                                        : 1,
            granularity == Granularity::Tensor ? kAll : 1 }
    {
    }
    Granularity granularity() const override { return m_granularity; }
    bool isNested() const override { return m_blocks.blockRows > 1; }
    FormatPtr madeFor(float largest) const override
    {
        if (m_granularity != Granularity::Tensor)
            return nullptr;
        return std::make_shared<Float8Format>(*m_number, m_granularity, "tensor", largest);
    }
    void snapParams(const LayerShape&, GroupParams& params, const GroupCost& cost) const override
    {
        if (m_largest > 0)
            params.scales.setConstant(m_largest / rounder().largest());
        // One row's scale is one group's, which was chosen before.
        const std::vector<float> shared = shareScales(
            m_blocks, params, [this](float scale) { return storedScale(scale); },
            isNested() && !(m_largest > 0) ? cost : GroupCost());
        ParamWriter writer(params.stored);
        for (const float scale : shared)
            writer.single(scale);
    }

protected:
    std::size_t storedBytes(const LayerShape& shape) const override
    {
        const std::int64_t down = (shape.rows + m_blocks.blockRows - 1) / m_blocks.blockRows;
        return static_cast<std::size_t>(down * groups(shape)) * sizeof(float);
    }
    void decodeParams(const LayerShape&, std::span<const std::uint8_t> stored, GroupParams& params) const override
    {
        ParamReader reader(stored);
        std::vector<float> shared(stored.size() / sizeof(float));
        for (float& scale : shared)
            scale = reader.single();
        spreadScales(m_blocks, shared, params);
    }

private:
    const Number* m_number;
    Granularity m_granularity;
    float m_largest;
    SharedBlocks m_blocks;
};

} // namespace

std::vector<FormatPtr> float8Formats()
{
    std::vector<FormatPtr> formats;
    for (const Number& number : kNumbers) {
        formats.push_back(std::make_shared<Float8Format>(number, Granularity::Tensor, "tensor"));
        formats.push_back(std::make_shared<Float8Format>(number, Granularity::Channel, "channel"));
        formats.push_back(std::make_shared<Float8Format>(number, Granularity::Block, "block128"));
    }
    return formats;
}

} // namespace kerf::core
