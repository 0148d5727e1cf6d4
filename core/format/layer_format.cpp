// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/format/layer_format.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace kerf::core {
namespace {

struct ActivationRow {
    ActivationFormat format;
    std::string_view name;
    bool hasFixedStep;
    std::string_view rounding; ///< the second half of a sentence on a layer's format
    std::string_view summary;
};

constexpr std::array kActivations {
    ActivationRow { ActivationFormat::Int8Token, "a8-token", false, "8-bit integers with one scale for each token",
        "Inputs rounded to int8 while the model runs, one scale a token; products in integers (W8A8, W4A8)." },
    ActivationRow { ActivationFormat::Int4Token, "a4-token", false, "4-bit integers with one scale for each token",
        "Inputs rounded to int4 while the model runs, one scale a token: W4A4, best behind rotations (QuaRot)." },
    ActivationRow { ActivationFormat::Int8Tensor, "a8-tensor", true,
        "8-bit integers with one scale fixed by calibration",
        "Inputs rounded to int8 with one fixed scale a layer, from calibration: static W8A8." },
    ActivationRow { ActivationFormat::Fp8Token, "afp8-token", false, "FP8 with one scale for each token",
        "Inputs rounded to float8 E4M3 while the model runs, one scale a token: FP8 dynamic." },
    ActivationRow { ActivationFormat::Fp8Tensor, "afp8-tensor", true, "FP8 with one scale fixed by calibration",
        "Inputs rounded to float8 E4M3 with one fixed scale a layer, from calibration: FP8 static." },
    ActivationRow { ActivationFormat::NvFp4, "anvfp4", true, "NVFP4 with one factor fixed by calibration",
        "Inputs rounded to NVFP4: a float8 scale for 16 values, over one factor a layer from calibration (W4A4)." },
    ActivationRow { ActivationFormat::UInt8Tensor, "u8-tensor", true,
        "unsigned bytes with a scale and zero point fixed by calibration",
        "Inputs rounded to uint8 with a fixed scale and zero_point a value, from calibration: static QDQ of ONNX." },
    ActivationRow { ActivationFormat::LlmInt8, "llmint8", false, "8-bit integers with one scale for each token",
        "LLM.int8() (Dettmers et al. 2022): int8 inputs, but columns with outliers of 6 and more stay in float." },
};

/// Columns that share a scale: 255 * 127 times as many is the largest sum of products of codes, and must fit 32 bits.
constexpr std::int64_t kMaxSharedColumns = 66'000;

bool isFloat8(ActivationFormat activation)
{
    return activation == ActivationFormat::Fp8Token || activation == ActivationFormat::Fp8Tensor;
}

bool takesActivation(const Format& weight, ActivationFormat activation)
{
    if (activation == ActivationFormat::NvFp4 || weight.family() == FormatFamily::Microscaling)
        return activation == ActivationFormat::NvFp4 && weight.name() == "nvfp4";
    if (weight.family() == FormatFamily::Float8)
        return isFloat8(activation);
    return weight.family() == FormatFamily::Integer
        && (weight.codeBits() == 8 || weight.codeBits() == 4 || activation == ActivationFormat::UInt8Tensor);
}

Result<ActivationFormat> parseActivation(std::string_view name)
{
    const auto found = std::ranges::find(kActivations, name, &ActivationRow::name);
    if (found != kActivations.end())
        return found->format;
    return fail(ErrorCode::InvalidArgument,
        fmt::format("There is no activation format \"{}\". Behind the plus sign of a layer's format stands a4-token, "
                    "a8-token, a8-tensor, u8-tensor, afp8-token, afp8-tensor, anvfp4 or llmint8, for example "
                    "int8-channel+a8-token.",
            name.substr(0, 100)));
}

} // namespace

std::string_view activationName(ActivationFormat activation)
{
    const auto found = std::ranges::find(kActivations, activation, &ActivationRow::format);
    return found == kActivations.end() ? std::string_view() : found->name;
}

std::string_view activationSummary(ActivationFormat activation)
{
    const auto found = std::ranges::find(kActivations, activation, &ActivationRow::format);
    return found == kActivations.end() ? std::string_view("Inputs stay in float.") : found->summary;
}

const std::vector<ActivationFormat>& activationFormats()
{
    static const std::vector<ActivationFormat> formats = [] {
        std::vector<ActivationFormat> all;
        for (const ActivationRow& row : kActivations)
            all.push_back(row.format);
        return all;
    }();
    return formats;
}

bool hasFixedStep(ActivationFormat activation)
{
    const auto found = std::ranges::find(kActivations, activation, &ActivationRow::format);
    return found != kActivations.end() && found->hasFixedStep;
}

bool sumsIntegers(ActivationFormat activation)
{
    return activation != ActivationFormat::None && activation != ActivationFormat::NvFp4
        && activation != ActivationFormat::UInt8Tensor && !isFloat8(activation);
}

std::string LayerFormat::name() const
{
    return activation == ActivationFormat::None ? weight->name()
                                                : fmt::format("{}+{}", weight->name(), activationName(activation));
}

std::string LayerFormat::summary() const
{
    const auto found = std::ranges::find(kActivations, activation, &ActivationRow::format);
    return found == kActivations.end() ? weight->summary() + "."
                                       : fmt::format("{}; activations in {}.", weight->summary(), found->rounding);
}

Status LayerFormat::checkShape(const LayerShape& shape) const
{
    KERF_CHECK(weight->checkShape(shape));
    if (sumsIntegers(activation) && weight->groupSize(shape.cols) > kMaxSharedColumns)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: {} columns share a scale, and sums of products stay within 32 bits for {} at most: choose "
                        "a format with groups.",
                name(), weight->groupSize(shape.cols), kMaxSharedColumns));
    return {};
}

Result<LayerFormat> parseLayerFormat(std::string_view text)
{
    const std::size_t plus = text.find('+');
    LayerFormat format;
    KERF_TRY(format.weight, parseFormat(text.substr(0, plus)));
    if (plus == std::string_view::npos)
        return format;
    KERF_TRY(format.activation, parseActivation(text.substr(plus + 1)));
    if (!takesActivation(*format.weight, format.activation))
        return fail(ErrorCode::InvalidArgument,
            fmt::format("\"{}\": {} activations need a weight in {}, not {}.", text.substr(0, 100),
                activationName(format.activation),
                format.activation == ActivationFormat::NvFp4             ? "nvfp4"
                    : isFloat8(format.activation)                        ? "fp8, int8 or int4"
                    : format.activation == ActivationFormat::UInt8Tensor ? "integers"
                                                                         : "int8 or int4",
                format.weight->name()));
    return format;
}

Result<FormatPtr> parseWeightFormat(std::string_view text)
{
    KERF_TRY(LayerFormat format, parseLayerFormat(text));
    return std::move(format.weight);
}

} // namespace kerf::core
