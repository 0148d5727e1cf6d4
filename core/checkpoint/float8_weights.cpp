// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/checkpoint/low_precision.h"
#include "core/checkpoint/quantized_reader.h"
#include "core/format/float8.h"

namespace kerf::core {
namespace {

constexpr std::string_view kWeight = ".weight";

/// Of weights with a scale each; no numbers: one scale for the whole tensor.
struct Blocks {
    std::int64_t rows = 0, cols = 0;

    bool isWhole() const { return rows == 0; }
    /// Shape of the scales of a weight: blocks at the edges are smaller.
    std::vector<std::int64_t> scales(const std::vector<std::int64_t>& weight) const
    {
        return { (weight[0] + rows - 1) / rows, (weight[1] + cols - 1) / cols };
    }
};

class Float8Weight final : public DecodedTensor {
public:
    /// `parts`: the weight, its scales, and what else is hidden.
    Float8Weight(
        const Checkpoint& stored, std::vector<std::string> parts, const std::vector<std::int64_t>& shape, Blocks blocks)
        : DecodedTensor(stored, std::move(parts), DType::F32, shape)
        , m_blocks(blocks.isWhole() ? Blocks { shape[0], shape[1] } : blocks)
    {
    }

    std::string_view codesName() const override { return dtypeName(DType::F8E4M3); }

    Status decode(std::int64_t first, std::int64_t count, std::span<float> out) const override
    {
        KERF_TRY(const Matrix scales, readScales(stored(), parts()[1], stored().find(parts()[1])->shape));
        return stored().lend(parts()[0], [&](std::span<const std::byte> codes) -> Status {
            const auto cols = static_cast<std::size_t>(shape()[1]);
            for (std::int64_t row = 0; row < count; ++row) {
                const std::size_t at = static_cast<std::size_t>(first + row) * cols;
                const auto part = static_cast<std::size_t>((first + row) / m_blocks.rows);
                if (!decodeRow(codes.subspan(at, cols), scales.data() + part * scaleColumns(),
                        out.subspan(static_cast<std::size_t>(row) * cols, cols)))
                    return fail(ErrorCode::BadFile,
                        fmt::format("{}: tensor {} holds a NaN in row {}", stored().folder().string(), parts()[0],
                            first + row));
            }
            return {};
        });
    }

    Status checkScales() const override
    {
        return readScales(stored(), parts()[1], stored().find(parts()[1])->shape).map([](const Matrix&) {});
    }

private:
    std::size_t scaleColumns() const
    {
        return static_cast<std::size_t>((shape()[1] + m_blocks.cols - 1) / m_blocks.cols);
    }

    /// False: a code that is no number.
    bool decodeRow(std::span<const std::byte> codes, const float* scales, std::span<float> out) const
    {
        static const std::vector<float> levels = float8Levels(Float8::E4M3);
        const auto width = static_cast<std::size_t>(m_blocks.cols);
        bool isNumber = true;
        for (std::size_t first = 0; first < codes.size(); first += width, ++scales)
            for (std::size_t col = first; col < std::min(first + width, codes.size()); ++col) {
                const float level = levels[std::to_integer<std::size_t>(codes[col])];
                out[col] = level * *scales;
                isNumber = isNumber && !std::isnan(level);
            }
        return isNumber;
    }

    Blocks m_blocks;
};

/// What finds the weights of a folder.
class Finder {
public:
    explicit Finder(const Checkpoint& checkpoint)
        : m_checkpoint(checkpoint)
        , m_what(checkpoint.configPlace() + ": quantization_config")
    {
    }

    Result<std::optional<LowPrecision>> find(const Json& settings)
    {
        for (const auto& [name, tensor] : m_checkpoint.tensors())
            m_hasCodes = m_hasCodes || (name.ends_with(kWeight) && isFloat8(tensor.dtype));
        if (!m_hasCodes)
            return std::nullopt;
        KERF_CHECK(readSettings(settings));
        m_found.name = m_blocks.isWhole() ? "FP8 with one scale a tensor"
                                          : fmt::format("FP8 in blocks of {} × {}", m_blocks.rows, m_blocks.cols);
        for (const auto& [name, tensor] : m_checkpoint.tensors())
            if (name.ends_with(kWeight) && isFloat8(tensor.dtype))
                KERF_CHECK(add(tensor));
        KERF_CHECK(checkNothingIsLeft());
        return std::move(m_found);
    }

private:
    static bool isFloat8(DType type) { return type == DType::F8E4M3 || type == DType::F8E5M2; }

    Status readSettings(const Json& settings)
    {
        if (const auto format = settings.find("fmt");
            format != settings.end() && !format->is_null() && *format != "e4m3")
            return fail(ErrorCode::BadFile,
                fmt::format("{}: has fmt {}; e4m3 can be read", m_what, format->dump().substr(0, 100)));
        const auto block = settings.find("weight_block_size");
        if (block == settings.end() || block->is_null())
            return {};
        const auto size = [&](std::size_t i) { return asCount((*block)[i]).value_or(0); };
        if (!block->is_array() || block->size() != 2 || size(0) < 1 || size(1) < 1)
            return fail(ErrorCode::BadFile,
                fmt::format("{}: has weight_block_size {}; two numbers of at least 1 can be read", m_what,
                    block->dump().substr(0, 100)));
        m_blocks = { size(0), size(1) };
        return {};
    }

    /// weight_scale_inv, which multiplies too, or where there is one scale for the tensor weight_scale.
    Result<std::string> scalesOf(const TensorInfo& weight) const
    {
        const std::string inverse = weight.name + "_scale_inv", plain = weight.name + "_scale";
        if (m_checkpoint.find(inverse))
            return inverse;
        if (m_blocks.isWhole() && m_checkpoint.find(plain))
            return plain;
        return fail(ErrorCode::BadFile,
            fmt::format("{}: tensor {} is stored as {}, but its scales are missing: there is no tensor {}{}.",
                m_checkpoint.files()[weight.file].string(), weight.name, dtypeName(weight.dtype), inverse,
                m_blocks.isWhole() ? " and no " + plain : std::string()));
    }

    Status add(const TensorInfo& weight)
    {
        const std::string file = m_checkpoint.files()[weight.file].string();
        if (weight.dtype != DType::F8E4M3)
            return fail(ErrorCode::BadFile,
                fmt::format(
                    "{}: tensor {} is stored as {}; F8_E4M3 can be read", file, weight.name, dtypeName(weight.dtype)));
        if (weight.shape.size() != 2 || weight.bytes == 0)
            return fail(ErrorCode::BadFile,
                fmt::format("{}: tensor {} of shape [{}] is no matrix; FP8 weights are.", file, weight.name,
                    fmt::join(weight.shape, ", ")));
        KERF_TRY(const std::string scales, scalesOf(weight));
        const bool isScalar = m_checkpoint.find(scales)->shape.empty();
        const std::vector<std::int64_t> one = isScalar ? std::vector<std::int64_t> {} : std::vector<std::int64_t> { 1 };
        KERF_CHECK(requireFloats(m_checkpoint, scales, m_blocks.isWhole() ? one : m_blocks.scales(weight.shape)));
        std::vector<std::string> parts { weight.name, scales };
        const std::string module = weight.name.substr(0, weight.name.size() - kWeight.size());
        for (const char* step : { ".input_scale", ".activation_scale" }) {
            if (!m_checkpoint.find(module + step))
                continue;
            parts.push_back(module + step);
            m_found.inputSteps.push_back(module + step);
        }
        m_found.tensors.emplace(
            weight.name, std::make_shared<Float8Weight>(m_checkpoint, std::move(parts), weight.shape, m_blocks));
        return {};
    }

    /// Scales beside a weight that is no FP8, or beside none.
    Status checkNothingIsLeft() const
    {
        for (const auto& [name, tensor] : m_checkpoint.tensors()) {
            const std::size_t end = name.rfind("_scale");
            const std::string weight = end == std::string::npos ? std::string() : name.substr(0, end);
            const bool isScale
                = weight.ends_with(kWeight) && (name.substr(end) == "_scale" || name.substr(end) == "_scale_inv");
            if (isScale && !m_found.tensors.contains(weight))
                return fail(ErrorCode::BadFile,
                    fmt::format("{}: tensor {} holds scales, but {} {}.", m_checkpoint.files()[tensor.file].string(),
                        name, weight, m_checkpoint.find(weight) ? "is not stored as F8_E4M3" : "is missing"));
        }
        return {};
    }

    const Checkpoint& m_checkpoint;
    std::string m_what;
    bool m_hasCodes = false;
    Blocks m_blocks;
    LowPrecision m_found;
};

/// The side of the square blocks that formats have.
constexpr std::int64_t kBlock = 128;

} // namespace

bool float8FitsCodes(const Checkpoint& checkpoint)
{
    const Json settings = lowPrecisionSettings(checkpoint, "fp8");
    const Json block = settings.is_null() ? Json() : settings.value("weight_block_size", Json());
    if (block.is_null())
        return true;
    return block == Json { kBlock, kBlock } && std::ranges::none_of(checkpoint.tensors(), [](const auto& entry) {
        const TensorInfo& tensor = entry.second;
        return tensor.dtype == DType::F8E4M3 && tensor.shape.size() == 2 && tensor.shape[1] % kBlock != 0;
    });
}

Result<std::optional<LowPrecision>> findFloat8Weights(const Checkpoint& checkpoint)
{
    const Json settings = lowPrecisionSettings(checkpoint, "fp8");
    return settings.is_null() ? std::optional<LowPrecision>() : Finder(checkpoint).find(settings);
}

} // namespace kerf::core
