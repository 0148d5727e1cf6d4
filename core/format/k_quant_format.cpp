// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <vector>

#include <fmt/format.h>

#include "core/base/dtype.h"
#include "core/base/parallel.h"
#include "core/format/families.h"
#include "core/format/ggml_levels.h"
#include "core/format/param_bytes.h"
#include "core/format/table_format.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kSuperBlock = 256;
constexpr std::int64_t kRowTile = 16;
constexpr int kMostGroups = 16;
constexpr int kStepTrials = 12; // steps that a search tries, each 2.5 % coarser than the one before
constexpr double kStepGrowth = 1.025;
constexpr int kPasses = 3; // over the groups of a super-block, each code and its neighbours

/// How ggml packs the small scales of a super-block (ggml-quants.c, ggml-common.h).
enum class Packing { Q2K, Q3K, Q4K, Q6K, Iq4Xs };

/// What tells the types apart.
struct KQuant {
    const char* name;
    int bits;
    std::int64_t group;
    std::vector<float> levels;
    bool hasMinimums;
    int least, most; ///< range of the small scales
    Packing packing;

    std::string summary() const
    {
        if (packing == Packing::Iq4Xs)
            return fmt::format("{} bits on unevenly spaced levels, scales of 6 bits in superblocks of {} (llama.cpp)",
                bits, kSuperBlock);
        return fmt::format(
            "{} bits, quantized scales in superblocks of {} weights (llama.cpp's K-quants)", bits, kSuperBlock);
    }
};

/// The small scales of one super-block, 16 or 8 of them, and its minimums.
using Codes = std::array<int, kMostGroups>;

void packInto(Packing packing, const Codes& scales, const Codes& minimums, std::uint8_t* out)
{
    const auto put = [&](int at, int bits) { out[at] = static_cast<std::uint8_t>(out[at] | bits); };
    for (int j = 0; j < (packing == Packing::Q4K || packing == Packing::Iq4Xs ? 8 : 16); ++j) {
        const auto i = static_cast<std::size_t>(j);
        const int scale = scales[i], minimum = minimums[i];
        switch (packing) {
        case Packing::Q2K: // scale in the low half, minimum in the high half
            put(j, scale | minimum << 4);
            break;
        case Packing::Q3K: // 16 low halves in 8 bytes, then four times two high bits a byte
            put(j % 8, ((scale + 32) & 15) << (j < 8 ? 0 : 4));
            put(8 + j % 4, ((scale + 32) >> 4) << (2 * (j / 4)));
            break;
        case Packing::Q4K: // four scales, four minimums, and in their two high bits those of the other four
            put(j < 4 ? j : j + 4, j < 4 ? scale : (scale & 15) | (minimum & 15) << 4);
            put(j < 4 ? j + 4 : j - 4, j < 4 ? minimum : (scale >> 4) << 6);
            if (j >= 4)
                put(j, (minimum >> 4) << 6);
            break;
        case Packing::Q6K: // signed bytes
            put(j, scale & 255);
            break;
        case Packing::Iq4Xs: // two bytes of high bits, then low halves
            put(j / 4, ((scale + 32) >> 4) << (2 * (j % 4)));
            put(2 + j / 2, ((scale + 32) & 15) << (4 * (j % 2)));
            break;
        }
    }
}

int unpackScale(Packing packing, const std::uint8_t* in, int j)
{
    switch (packing) {
    case Packing::Q2K:
        return in[j] & 15;
    case Packing::Q3K:
        return ((in[j % 8] >> (j < 8 ? 0 : 4) & 15) | (in[8 + j % 4] >> (2 * (j / 4)) & 3) << 4) - 32;
    case Packing::Q4K:
        return j < 4 ? in[j] & 63 : (in[j + 4] & 15) | (in[j - 4] >> 6) << 4;
    case Packing::Q6K:
        return static_cast<std::int8_t>(in[j]);
    case Packing::Iq4Xs:
        return ((in[2 + j / 2] >> (4 * (j % 2)) & 15) | (in[j / 4] >> (2 * (j % 4)) & 3) << 4) - 32;
    }
    return 0;
}

int unpackMinimum(Packing packing, const std::uint8_t* in, int j)
{
    if (packing == Packing::Q2K)
        return in[j] >> 4;
    return j < 4 ? in[j + 4] & 63 : (in[j + 4] >> 4) | (in[j] >> 6) << 4;
}

std::size_t packedBytes(Packing packing)
{
    return packing == Packing::Iq4Xs ? 6 : packing == Packing::Q3K || packing == Packing::Q4K ? 12 : 16;
}

/// Whole multiples of a float16 step, one for each group of a super-block.
struct Multiples {
    float step = 0;
    Codes codes {};
    double cost = 0;
    float value(std::size_t i) const { return step * static_cast<float>(codes[i]); }
};
/// What it costs when group i has that value. Empty: the distance from what is wanted.
using ValueCost = std::function<double(std::size_t i, float value)>;

Multiples multiplesOf(float step, std::span<const float> wanted, int least, int most, const ValueCost& cost)
{
    Multiples multiples { step, {}, 0 };
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const float quotient = step == 0.0f ? 0.0f : wanted[i] / step;
        const int nearest
            = static_cast<int>(std::lround(std::clamp(quotient, static_cast<float>(least), static_cast<float>(most))));
        multiples.codes[i] = nearest;
        if (!cost)
            continue;
        double best = cost(i, multiples.value(i));
        for (const int tried : { nearest - 1, nearest + 1 }) {
            if (tried < least || tried > most)
                continue;
            if (const double error = cost(i, step * static_cast<float>(tried)); error < best) {
                best = error;
                multiples.codes[i] = tried;
            }
        }
        multiples.cost += best;
    }
    return multiples;
}

/// The step that makes the largest value wanted the largest multiple; with a cost also coarser ones, and where
/// multiples have signs the opposite one.
Multiples chooseMultiples(std::span<const float> wanted, int least, int most, const ValueCost& cost)
{
    const float largest = signedLargest(wanted);
    if (largest == 0.0f)
        return multiplesOf(0.0f, wanted, least, most, cost);
    const int end = least < 0 ? least : most;
    Multiples best = multiplesOf(storedHalf(largest / static_cast<float>(end)), wanted, least, most, cost);
    if (!cost)
        return best;
    for (int trial = 0; trial < kStepTrials; ++trial)
        for (const int target : { end, most }) {
            const double step = static_cast<double>(largest) / target * std::pow(kStepGrowth, trial - 2);
            Multiples tried = multiplesOf(storedHalf(static_cast<float>(step)), wanted, least, most, cost);
            if (tried.cost < best.cost)
                best = tried;
            if (end == most)
                break;
        }
    return best;
}

/// ggml's K-quants and IQ4_XS: super-blocks of 256 columns with a float16 step d of the small scales of their 8 or 16
/// groups, and in Q2_K, Q4_K and Q5_K a float16 step of their minimums too: w = d * scale * level - dmin * minimum.
/// Stored for every super-block: d, dmin where there is one, and the small numbers as ggml packs them.
class KQuantFormat final : public TableFormat {
public:
    explicit KQuantFormat(KQuant type)
        : TableFormat({ type.name, type.summary(), FormatFamily::GgmlBlock, type.bits,
                          type.hasMinimums ? ZeroKind::Offset : ZeroKind::None, type.group, kSuperBlock },
            type.levels, LevelRounder::Ties::EvenCode)
        , m_type(std::move(type))
    {
    }
    bool isNested() const override { return true; }
    void chooseParams(std::span<const float> group, float& scale, float& zero) const override
    {
        zero = 0;
        float step = signedLargest(group) / rounder().smallest();
        if (m_type.hasMinimums) {
            const auto [low, high] = std::minmax_element(group.begin(), group.end());
            zero = storedZero(-*low);
            step = (std::max(*high, 0.0f) / rounder().largest()) + zero / rounder().largest();
        }
        scale = step == 0.0f ? 0.0f : storedScale(step);
    }
    float storedZero(float zero) const override { return m_type.hasMinimums ? std::max(zero, 0.0f) : zero; }
    void snapParams(const LayerShape& shape, GroupParams& params, const GroupCost& cost) const override
    {
        const std::size_t bytes = superBytes();
        const std::int64_t across = shape.cols / kSuperBlock;
        params.stored.assign(storedBytes(shape), 0);
        parallelFor((shape.rows + kRowTile - 1) / kRowTile, [&](std::int64_t tile) {
            for (std::int64_t row = tile * kRowTile; row < std::min(shape.rows, (tile + 1) * kRowTile); ++row)
                for (std::int64_t block = 0; block < across; ++block)
                    snapBlock(row, block, params, cost,
                        params.stored.data() + static_cast<std::size_t>(row * across + block) * bytes);
        });
    }

protected:
    std::size_t storedBytes(const LayerShape& shape) const override
    {
        return static_cast<std::size_t>(shape.rows * (shape.cols / kSuperBlock)) * superBytes();
    }
    void decodeParams(const LayerShape& shape, std::span<const std::uint8_t> stored, GroupParams& params) const override
    {
        ParamReader reader(stored);
        for (std::int64_t row = 0; row < shape.rows; ++row)
            for (std::int64_t block = 0; block < shape.cols / kSuperBlock; ++block) {
                const float step = reader.half(), minimumStep = m_type.hasMinimums ? reader.half() : 0.0f;
                const std::uint8_t* packed = reader.skip(packedBytes(m_type.packing));
                for (int j = 0; j < groupsInBlock(); ++j) {
                    const std::int64_t g = block * groupsInBlock() + j;
                    params.scales(g, row) = step * static_cast<float>(unpackScale(m_type.packing, packed, j));
                    if (m_type.hasMinimums)
                        params.zeros(g, row)
                            = minimumStep * static_cast<float>(unpackMinimum(m_type.packing, packed, j));
                }
            }
    }

private:
    int groupsInBlock() const { return static_cast<int>(kSuperBlock / m_type.group); }
    std::size_t superBytes() const { return packedBytes(m_type.packing) + (m_type.hasMinimums ? 4 : 2); }

    void snapBlock(
        std::int64_t row, std::int64_t block, GroupParams& params, const GroupCost& cost, std::uint8_t* out) const
    {
        const std::int64_t first = block * groupsInBlock();
        const auto count = static_cast<std::size_t>(groupsInBlock());
        std::array<float, kMostGroups> scales {}, zeros {};
        for (std::size_t i = 0; i < count; ++i) {
            scales[i] = params.scales(first + static_cast<std::int64_t>(i), row);
            zeros[i] = m_type.hasMinimums ? params.zeros(first + static_cast<std::int64_t>(i), row) : 0.0f;
        }
        const auto groupCost = [&](std::size_t i, float scale, float zero) {
            return cost(first + static_cast<std::int64_t>(i), row, scale, zero);
        };
        const std::span<const float> wantedScales(scales.data(), count), wantedZeros(zeros.data(), count);
        ValueCost ofScale, ofZero;
        Multiples small, minimums;
        if (cost) {
            ofScale = [&](std::size_t i, float scale) { return groupCost(i, scale, zeros[i]); };
            ofZero = [&](std::size_t i, float zero) { return groupCost(i, small.value(i), zero); };
        }
        small = chooseMultiples(wantedScales, m_type.least, m_type.most, ofScale);
        if (m_type.hasMinimums)
            minimums = chooseMultiples(wantedZeros, 0, m_type.most, ofZero);
        if (cost && m_type.hasMinimums)
            refine(count, small, minimums, groupCost);
        writeBlock(small, minimums, out);
        for (std::size_t i = 0; i < count; ++i) {
            params.scales(first + static_cast<std::int64_t>(i), row) = small.value(i);
            if (m_type.hasMinimums)
                params.zeros(first + static_cast<std::int64_t>(i), row) = minimums.value(i);
        }
    }

    /// Scale and minimum of a group together: both moved by at most one, as long as that helps.
    template <class Cost> void refine(std::size_t count, Multiples& small, Multiples& minimums, const Cost& cost) const
    {
        for (std::size_t i = 0; i < count; ++i) {
            double best = cost(i, small.value(i), minimums.value(i));
            for (int pass = 0; pass < kPasses; ++pass) {
                const int scale = small.codes[i], minimum = minimums.codes[i];
                for (int s = std::max(scale - 1, 0); s <= std::min(scale + 1, m_type.most); ++s)
                    for (int m = std::max(minimum - 1, 0); m <= std::min(minimum + 1, m_type.most); ++m) {
                        const double error
                            = cost(i, small.step * static_cast<float>(s), minimums.step * static_cast<float>(m));
                        if (error < best) {
                            best = error;
                            small.codes[i] = s;
                            minimums.codes[i] = m;
                        }
                    }
                if (small.codes[i] == scale && minimums.codes[i] == minimum)
                    break;
            }
        }
    }

    void writeBlock(const Multiples& small, const Multiples& minimums, std::uint8_t* out) const
    {
        std::vector<std::uint8_t> steps;
        ParamWriter writer(steps);
        writer.half(small.step);
        if (m_type.hasMinimums)
            writer.half(minimums.step);
        std::copy(steps.begin(), steps.end(), out);
        packInto(m_type.packing, small.codes, minimums.codes, out + steps.size());
    }

    KQuant m_type;
};

} // namespace

std::vector<FormatPtr> kQuantFormats()
{
    std::vector<FormatPtr> formats;
    const std::vector<float> nonLinear(kNonLinear4.begin(), kNonLinear4.end());
    for (KQuant type : { KQuant { "q2_k", 2, 16, countedLevels(2, 0), true, 0, 15, Packing::Q2K },
             KQuant { "q3_k", 3, 16, countedLevels(3, -4), false, -32, 31, Packing::Q3K },
             KQuant { "iq4_xs", 4, 32, nonLinear, false, -32, 31, Packing::Iq4Xs },
             KQuant { "q4_k", 4, 32, countedLevels(4, 0), true, 0, 63, Packing::Q4K },
             KQuant { "q5_k", 5, 32, countedLevels(5, 0), true, 0, 63, Packing::Q4K },
             KQuant { "q6_k", 6, 16, countedLevels(6, -32), false, -128, 127, Packing::Q6K } })
        formats.push_back(std::make_shared<KQuantFormat>(std::move(type)));
    return formats;
}

} // namespace kerf::core
