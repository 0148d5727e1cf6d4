// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "core/format/families.h"
#include "core/format/nested_scale_map.h"
#include "core/format/param_bytes.h"
#include "core/format/table_format.h"

namespace kerf::core {
namespace {

/// bitsandbytes' normal float (QLoRA: Dettmers et al., arXiv 2305.14314, section 3; bitsandbytes functional.py).
constexpr std::array<float, 16> kNormalFloat { -1.0f, -0.6961928009986877f, -0.5250730514526367f, -0.39491748809814453f,
    -0.28444138169288635f, -0.18477343022823334f, -0.09105003625154495f, 0.0f, 0.07958029955625534f,
    0.16093020141124725f, 0.24611230194568634f, 0.33791524171829224f, 0.44070982933044434f, 0.5626170039176941f,
    0.7229568362236023f, 1.0f };
/// bitsandbytes' 4-bit float by code, in twelfths; the sign is the highest bit.
constexpr std::array<float, 8> kFloat4Twelfths { 0.0f, 0.0625f, 8.0f, 12.0f, 4.0f, 6.0f, 2.0f, 3.0f };

/// Blocks whose scales are quantized together in double quantization.
constexpr std::size_t kScalesTogether = 256;
/// Neighbours of the nearest code that a search tries.
constexpr int kNeighbours = 3;

struct Book {
    const char* base; ///< of the formats' names
    const char* summary;
    std::vector<float> levels;
};

std::vector<float> float4Levels()
{
    std::vector<float> levels;
    for (const float sign : { 1.0f, -1.0f })
        for (const float twelfths : kFloat4Twelfths)
            levels.push_back(sign * twelfths / 12.0f);
    return levels;
}

/// 4-bit code books with one float32 scale (the largest magnitude) for every block of consecutive columns.
class CodeBookFormat : public TableFormat {
public:
    CodeBookFormat(const Book& book, std::int64_t block, const char* flag = "")
        : TableFormat({ fmt::format("{}-b{}{}", book.base, block, flag), book.summary, FormatFamily::CodeBook, 4,
                          ZeroKind::None, block },
            book.levels, LevelRounder::Ties::Lower)
    {
    }
    void snapParams(const LayerShape&, GroupParams& params, const GroupCost&) const override
    {
        ParamWriter writer(params.stored);
        for (Eigen::Index row = 0; row < params.scales.cols(); ++row)
            for (Eigen::Index g = 0; g < params.scales.rows(); ++g)
                writer.single(params.scales(g, row));
    }

protected:
    std::size_t storedBytes(const LayerShape& shape) const override
    {
        return static_cast<std::size_t>(shape.rows * groups(shape)) * sizeof(float);
    }
    void decodeParams(const LayerShape&, std::span<const std::uint8_t> stored, GroupParams& params) const override
    {
        ParamReader reader(stored);
        for (Eigen::Index row = 0; row < params.scales.cols(); ++row)
            for (Eigen::Index g = 0; g < params.scales.rows(); ++g)
                params.scales(g, row) = reader.single();
    }
};

/// The same with double quantization: a scale is map[code] * (largest of 256 scales) + mean of all scales. Stored: the
/// codes, the largest of every 256, the mean. Scales are counted row by row, as bitsandbytes flattens a weight.
class DoubleQuantizedFormat final : public CodeBookFormat {
public:
    DoubleQuantizedFormat(const Book& book, std::int64_t block)
        : CodeBookFormat(book, block, "-dq")
        , m_map(nestedScaleMap(), LevelRounder::Ties::Lower)
    {
    }
    bool isNested() const override { return true; }
    void snapParams(const LayerShape&, GroupParams& params, const GroupCost& cost) const override
    {
        std::vector<float> wanted;
        double sum = 0;
        for (Eigen::Index row = 0; row < params.scales.cols(); ++row)
            for (Eigen::Index g = 0; g < params.scales.rows(); ++g) {
                wanted.push_back(params.scales(g, row));
                sum += static_cast<double>(wanted.back());
            }
        const auto mean = static_cast<float>(sum / static_cast<double>(wanted.size()));
        std::vector<float> largest((wanted.size() + kScalesTogether - 1) / kScalesTogether);
        for (std::size_t i = 0; i < wanted.size(); ++i)
            largest[i / kScalesTogether] = std::max(largest[i / kScalesTogether], std::abs(wanted[i] - mean));
        std::vector<std::uint8_t> codes(wanted.size());
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            const Group group { static_cast<std::int64_t>(i) % params.scales.rows(),
                static_cast<std::int64_t>(i) / params.scales.rows(), mean, largest[i / kScalesTogether] };
            codes[i] = chooseCode(group, wanted[i], cost);
            params.scales(group.index, group.row) = scaleOf(group, codes[i]);
        }
        ParamWriter writer(params.stored);
        writer.all(codes);
        for (const float value : largest)
            writer.single(value);
        writer.single(mean);
    }

protected:
    std::size_t storedBytes(const LayerShape& shape) const override
    {
        const auto scales = static_cast<std::size_t>(shape.rows * groups(shape));
        return scales + ((scales + kScalesTogether - 1) / kScalesTogether + 1) * sizeof(float);
    }
    void decodeParams(const LayerShape&, std::span<const std::uint8_t> stored, GroupParams& params) const override
    {
        const auto count = static_cast<std::size_t>(params.scales.size());
        ParamReader codes(stored), rest(stored.subspan(count));
        std::vector<float> largest((count + kScalesTogether - 1) / kScalesTogether);
        for (float& value : largest)
            value = rest.single();
        const float mean = rest.single();
        for (std::size_t i = 0; i < count; ++i) {
            const Group group { static_cast<std::int64_t>(i) % params.scales.rows(),
                static_cast<std::int64_t>(i) / params.scales.rows(), mean, largest[i / kScalesTogether] };
            params.scales(group.index, group.row) = scaleOf(group, codes.byte());
        }
    }

private:
    /// A scale to be stored and what it is stored with.
    struct Group {
        std::int64_t index, row;
        float mean, largest;
    };
    float scaleOf(const Group& group, std::uint8_t code) const
    {
        return m_map.levels()[code] * group.largest + group.mean;
    }
    std::uint8_t chooseCode(const Group& group, float wanted, const GroupCost& cost) const
    {
        const float rest = wanted - group.mean;
        std::uint8_t nearest = 0;
        float ignored = 0;
        m_map.round({ &rest, 1 }, { &group.largest, 1 }, {}, { &nearest, 1 }, { &ignored, 1 });
        if (!cost)
            return nearest;
        std::uint8_t best = nearest;
        double least = cost(group.index, group.row, scaleOf(group, nearest), 0);
        for (int code = std::max(nearest - kNeighbours, 0); code <= std::min(nearest + kNeighbours, 255); ++code) {
            const double error = cost(group.index, group.row, scaleOf(group, static_cast<std::uint8_t>(code)), 0);
            if (error < least) {
                least = error;
                best = static_cast<std::uint8_t>(code);
            }
        }
        return best;
    }

    LevelRounder m_map;
};

} // namespace

std::vector<float> nestedScaleMap()
{
    std::vector<float> map { 0.0f, 1.0f };
    for (int decade = 0; decade < 7; ++decade) {
        const int parts = 1 << decade;
        for (int part = 0; part < parts; ++part) {
            const double middle = 0.1 + 0.9 * (part + 0.5) / parts;
            const auto value = static_cast<float>(middle * std::pow(10.0, decade - 6));
            map.push_back(value);
            map.push_back(-value);
        }
    }
    std::sort(map.begin(), map.end());
    return map;
}

std::vector<FormatPtr> codeBookFormats()
{
    std::vector<FormatPtr> formats;
    const std::vector<float> normal(kNormalFloat.begin(), kNormalFloat.end());
    const std::array books {
        Book { "nf4",
            "4 bits on levels that suit normally distributed weights (Dettmers et al., QLoRA, arXiv 2305.14314), as "
            "bitsandbytes has it",
            normal },
        Book { "fp4", "4-bit floating point in blocks with one scale, as bitsandbytes has it", float4Levels() },
    };
    for (const Book& book : books)
        for (const std::int64_t block : { 32, 64, 128, 256, 512, 1024, 2048, 4096 }) {
            formats.push_back(std::make_shared<CodeBookFormat>(book, block));
            formats.push_back(std::make_shared<DoubleQuantizedFormat>(book, block));
        }
    return formats;
}

} // namespace kerf::core
