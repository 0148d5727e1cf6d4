// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/format/number_type.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "core/format/layer_format.h"

namespace kerf::core {
namespace {

constexpr FloatLayout kE4M3 { 4, 3, 7 }, kE5M2 { 5, 2, 15, true }, kE2M1 { 2, 1, 1 };
constexpr FloatLayout kSingle { 8, 23, 127, true }, kHalf { 5, 10, 15, true }, kBrain { 8, 7, 127, true };
constexpr LayerShape kLargeLayer { 4096, 4096 };

FloatLayout floatLayout(const std::string& name)
{
    if (name == "f32")
        return kSingle;
    return name == "f16" ? kHalf : kBrain;
}

std::string upper(std::string_view text)
{
    std::string result;
    for (const char letter : text)
        result += letter == '-' ? ' ' : static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    return result;
}

void addType(std::vector<NumberType>& types, std::string name, std::string title, std::string_view format)
{
    if (auto found = parseFormat(format))
        types.push_back({ std::move(name), std::move(title), std::move(*found) });
}

void addIntegers(std::vector<NumberType>& types)
{
    for (int bits = 8; bits >= 2; --bits)
        for (const char* flag : { "", "-asym" })
            addType(types, fmt::format("int{}{}", bits, flag), fmt::format("INT{}{}", bits, *flag ? " asym." : ""),
                fmt::format("int{}-tensor{}", bits, flag));
}

std::vector<NumberType> makeTypes()
{
    std::vector<NumberType> types;
    addType(types, "f32", "FP32", "f32");
    addType(types, "bf16", "BF16", "bf16");
    addType(types, "f16", "FP16", "f16");
    addType(types, "fp8-e4m3", "FP8 E4M3", "fp8-e4m3-tensor");
    addType(types, "fp8-e5m2", "FP8 E5M2", "fp8-e5m2-tensor");
    addType(types, "mxfp8", "MXFP8 E4M3", "mxfp8");
    addIntegers(types);
    addType(types, "nf4", "NF4", "nf4-b64");
    addType(types, "fp4", "FP4 (bitsandbytes)", "fp4-b64");
    addType(types, "mxfp4", "MXFP4 E2M1", "mxfp4");
    addType(types, "nvfp4", "NVFP4 E2M1", "nvfp4");
    for (const char* name :
        { "q8_0", "q6_k", "q5_k", "q5_1", "q5_0", "q4_k", "q4_1", "q4_0", "iq4_nl", "iq4_xs", "q3_k", "q2_k" })
        addType(types, name, upper(name), name);
    return types;
}

} // namespace

std::optional<FloatLayout> NumberType::layout() const
{
    switch (format->family()) {
    case FormatFamily::Float:
        return floatLayout(format->name());
    case FormatFamily::Float8:
        return format->name().starts_with("fp8-e5m2") ? kE5M2 : kE4M3;
    case FormatFamily::Microscaling:
        return format->codeBits() == 4 ? kE2M1 : kE4M3;
    default:
        return std::nullopt;
    }
}

std::vector<BitField> NumberType::fields() const
{
    using Kind = BitField::Kind;
    if (const auto floating = layout())
        return { { Kind::Sign, 1 }, { Kind::Exponent, floating->exponentBits },
            { Kind::Mantissa, floating->mantissaBits } };
    if (format->family() == FormatFamily::CodeBook && format->name().starts_with("fp4"))
        return { { Kind::Sign, 1 }, { Kind::Level, 3 } };
    return { { Kind::Level, bits() } };
}

TieRule NumberType::ties() const
{
    return format->family() == FormatFamily::CodeBook ? TieRule::Lower : TieRule::Even;
}

ScaleStorage NumberType::scaleStorage() const
{
    switch (format->family()) {
    case FormatFamily::Float:
        return ScaleStorage::None;
    case FormatFamily::Integer:
        return ScaleStorage::Half;
    case FormatFamily::Float8:
        return ScaleStorage::Float32;
    case FormatFamily::CodeBook:
        return format->isNested() ? ScaleStorage::Shared : ScaleStorage::Float32;
    case FormatFamily::Microscaling:
        return format->isNested() ? ScaleStorage::Float8 : ScaleStorage::PowerOfTwo;
    case FormatFamily::GgmlBlock:
        break;
    }
    return format->isNested() ? ScaleStorage::Shared : ScaleStorage::Half;
}

double NumberType::bitsPerWeight() const
{
    return format->bitsPerWeight(kLargeLayer);
}

const std::vector<NumberType>& numberTypes()
{
    static const std::vector<NumberType> types = makeTypes();
    return types;
}

Result<NumberType> findNumberType(std::string_view name)
{
    const std::string wanted = upper(name);
    for (const NumberType& type : numberTypes())
        if (upper(type.name) == wanted || upper(type.title) == wanted)
            return type;
    KERF_TRY(const LayerFormat format, parseLayerFormat(name));
    return NumberType { format.weight->name(), format.weight->name(), format.weight };
}

} // namespace kerf::core
