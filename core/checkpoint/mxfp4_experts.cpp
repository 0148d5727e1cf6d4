// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/checkpoint/low_precision.h"
#include "core/checkpoint/quantized_reader.h"

namespace kerf::core {
namespace {

constexpr std::string_view kCodes = "_blocks", kScales = "_scales";
constexpr std::int64_t kBlock = 32; ///< numbers of an exponent
constexpr std::int64_t kBytes = kBlock / 2; ///< of a block: two codes each
constexpr int kBias = 127; ///< of E8M0 (OCP Microscaling 1.0, section 5.4)
constexpr int kNotANumber = 255;

/// Powers of two by exponent byte; byte 255 means that the block holds no numbers.
std::vector<float> exponents()
{
    std::vector<float> powers;
    powers.reserve(kNotANumber);
    for (int byte = 0; byte < kNotANumber; ++byte)
        powers.push_back(std::ldexp(1.0F, byte - kBias));
    return powers;
}

/// [experts, out, in] of codes read as [experts, in, out].
class Mxfp4Experts final : public DecodedTensor {
public:
    Mxfp4Experts(const Checkpoint& stored, std::vector<std::string> parts, std::int64_t experts, std::int64_t out,
        std::int64_t in)
        : DecodedTensor(stored, std::move(parts), DType::BF16, { experts, in, out })
        , m_levels(parseFormat("mxfp4").value())
    {
    }

    std::string_view codesName() const override { return "MXFP4"; }

    Status decode(std::int64_t first, std::int64_t count, std::span<float> out) const override
    {
        const auto size = static_cast<std::size_t>(shape()[1] * shape()[2]);
        return stored().lend(parts()[0], [&](std::span<const std::byte> codes) {
            return stored().lend(parts()[1], [&](std::span<const std::byte> scales) -> Status {
                for (std::int64_t expert = first; expert < first + count; ++expert) {
                    const auto to = out.subspan(static_cast<std::size_t>(expert - first) * size, size);
                    KERF_CHECK(decodeExpert(expert, codes, scales, to));
                }
                return {};
            });
        });
    }

    Status checkScales() const override
    {
        return stored().lend(parts()[1], [this](std::span<const std::byte> scales) -> Status {
            for (std::size_t i = 0; i < scales.size(); ++i)
                if (std::to_integer<int>(scales[i]) == kNotANumber)
                    return notANumber(i);
            return {};
        });
    }

private:
    Status notANumber(std::size_t scale) const
    {
        return fail(ErrorCode::BadFile,
            fmt::format("{}: tensor {}: scale {} (counted from 0) is NaN (255)",
                stored().files()[stored().find(parts()[1])->file].string(), parts()[1], scale));
    }

    /// Blocks of one place in all rows one after the other, so that what is written lies together.
    Status decodeExpert(std::int64_t expert, std::span<const std::byte> codes, std::span<const std::byte> scales,
        std::span<float> out) const
    {
        static const std::vector<float> powers = exponents();
        const std::span<const float> levels = m_levels->levels();
        const std::int64_t rows = shape()[2], blocks = shape()[1] / kBlock;
        for (std::int64_t block = 0; block < blocks; ++block)
            for (std::int64_t row = 0; row < rows; ++row) {
                const auto at = static_cast<std::size_t>((expert * rows + row) * blocks + block);
                const auto exponent = std::to_integer<std::size_t>(scales[at]);
                if (exponent == kNotANumber)
                    return notANumber(at);
                for (std::size_t i = 0; i < kBytes; ++i) {
                    const auto pair = std::to_integer<std::size_t>(codes[at * kBytes + i]);
                    const std::size_t to
                        = (static_cast<std::size_t>(block) * kBlock + 2 * i) * static_cast<std::size_t>(rows)
                        + static_cast<std::size_t>(row);
                    out[to] = levels[pair & 15U] * powers[exponent];
                    out[to + static_cast<std::size_t>(rows)] = levels[pair >> 4] * powers[exponent];
                }
            }
        return {};
    }

    FormatPtr m_levels;
};

/// "x" of "x_blocks"; empty: another name.
std::string stemOf(const std::string& name, std::string_view end)
{
    return name.ends_with(end) ? name.substr(0, name.size() - end.size()) : std::string();
}

Result<std::shared_ptr<const DecodedTensor>> expertsOf(const Checkpoint& checkpoint, const TensorInfo& codes)
{
    const std::string stem = stemOf(codes.name, kCodes), file = checkpoint.files()[codes.file].string();
    const std::vector<std::int64_t>& shape = codes.shape;
    if (codes.dtype != DType::U8 || shape.size() != 4 || shape[3] != kBytes || codes.bytes == 0)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: tensor {}: is {} [{}]; MXFP4 experts are U8 [experts, out, in / 32, 16].", file,
                codes.name, dtypeName(codes.dtype), fmt::join(shape, ", ")));
    const std::string scales = stem + std::string(kScales);
    if (!checkpoint.find(scales))
        return fail(ErrorCode::BadFile,
            fmt::format("{}: tensor {} holds MXFP4 codes, but its scales are missing: there is no tensor {}.", file,
                codes.name, scales));
    if (checkpoint.find(stem))
        return fail(
            ErrorCode::BadFile, fmt::format("{}: tensors {} and {} hold the same weight.", file, codes.name, stem));
    KERF_CHECK(requireTensor(checkpoint, scales, DType::U8, { shape[0], shape[1], shape[2] }));
    return std::make_shared<Mxfp4Experts>(
        checkpoint, std::vector<std::string> { codes.name, scales }, shape[0], shape[1], shape[2] * kBlock);
}

} // namespace

Result<std::optional<LowPrecision>> findMxfp4Experts(const Checkpoint& checkpoint)
{
    if (lowPrecisionSettings(checkpoint, "mxfp4").is_null())
        return std::nullopt;
    LowPrecision found { "MXFP4 experts", {}, {} };
    for (const auto& [name, tensor] : checkpoint.tensors())
        if (const std::string stem = stemOf(name, kCodes); !stem.empty()) {
            KERF_TRY(found.tensors[stem], expertsOf(checkpoint, tensor));
        }
    for (const auto& [name, tensor] : checkpoint.tensors())
        if (const std::string stem = stemOf(name, kScales); !stem.empty() && !found.tensors.contains(stem))
            return fail(ErrorCode::BadFile,
                fmt::format("{}: tensor {} holds scales, but its codes are missing: there is no tensor {}{}.",
                    checkpoint.files()[tensor.file].string(), name, stem, kCodes));
    return found.tensors.empty() ? std::optional<LowPrecision>() : std::optional(std::move(found));
}

} // namespace kerf::core
