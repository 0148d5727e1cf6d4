// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/base/dtype.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>

#include <Eigen/Core>

namespace kerf::core {
namespace {

struct DTypeRow {
    DType type;
    std::string_view name;
    std::size_t size;
};

constexpr std::array kTypes {
    DTypeRow { DType::F64, "F64", 8 },
    DTypeRow { DType::F32, "F32", 4 },
    DTypeRow { DType::F16, "F16", 2 },
    DTypeRow { DType::BF16, "BF16", 2 },
    DTypeRow { DType::F8E4M3, "F8_E4M3", 1 },
    DTypeRow { DType::F8E5M2, "F8_E5M2", 1 },
    DTypeRow { DType::F8E8M0, "F8_E8M0", 1 },
    DTypeRow { DType::I64, "I64", 8 },
    DTypeRow { DType::I32, "I32", 4 },
    DTypeRow { DType::I16, "I16", 2 },
    DTypeRow { DType::I8, "I8", 1 },
    DTypeRow { DType::U64, "U64", 8 },
    DTypeRow { DType::U32, "U32", 4 },
    DTypeRow { DType::U16, "U16", 2 },
    DTypeRow { DType::U8, "U8", 1 },
    DTypeRow { DType::Bool, "BOOL", 1 },
};

template <class T> T load(const std::byte* at)
{
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

template <class T, class Convert>
void convertAll(std::span<const std::byte> source, std::span<float> destination, Convert convert)
{
    for (std::size_t i = 0; i < destination.size(); ++i)
        destination[i] = convert(load<T>(source.data() + i * sizeof(T)));
}

} // namespace

std::size_t elementSize(DType type)
{
    return kTypes[static_cast<std::size_t>(type)].size;
}

std::string_view dtypeName(DType type)
{
    return kTypes[static_cast<std::size_t>(type)].name;
}

std::optional<DType> parseDType(std::string_view name)
{
    for (const DTypeRow& row : kTypes)
        if (row.name == name)
            return row.type;
    return std::nullopt;
}

bool isWeightFloat(DType type)
{
    return type == DType::F64 || type == DType::F32 || type == DType::F16 || type == DType::BF16;
}

float halfToFloat(std::uint16_t bits)
{
    return Eigen::half_impl::half_to_float(Eigen::half_impl::raw_uint16_to_half(bits));
}

float bfloat16ToFloat(std::uint16_t bits)
{
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

std::uint16_t floatToHalf(float value)
{
    return Eigen::half_impl::float_to_half_rtne(value).x;
}

std::uint16_t floatToBfloat16(float value)
{
    return Eigen::bfloat16_impl::float_to_bfloat16_rtne<false>(value).value;
}

float roundToHalf(float value)
{
    return halfToFloat(floatToHalf(value));
}

void toFloat32(DType type, std::span<const std::byte> source, std::span<float> destination)
{
    assert(source.size() == destination.size() * elementSize(type));
    switch (type) {
    case DType::F32:
        std::memcpy(destination.data(), source.data(), source.size());
        return;
    case DType::F64:
        convertAll<double>(source, destination, [](double x) { return static_cast<float>(x); });
        return;
    case DType::F16:
        convertAll<std::uint16_t>(source, destination, halfToFloat);
        return;
    case DType::BF16:
        convertAll<std::uint16_t>(source, destination, bfloat16ToFloat);
        return;
    default:
        assert(!"not a weight float");
    }
}

std::vector<std::byte> storedAs(DType type, std::span<const float> values)
{
    if (type == DType::F32) {
        const auto bytes = std::as_bytes(values);
        return { bytes.begin(), bytes.end() };
    }
    std::vector<std::uint16_t> bits(values.size());
    std::ranges::transform(values, bits.begin(), type == DType::F16 ? floatToHalf : floatToBfloat16);
    const auto bytes = std::as_bytes(std::span(bits));
    return { bytes.begin(), bytes.end() };
}

} // namespace kerf::core
