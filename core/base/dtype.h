// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace kerf::core {

/// Element types of safetensors (huggingface/safetensors README).
enum class DType { F64, F32, F16, BF16, F8E4M3, F8E5M2, F8E8M0, I64, I32, I16, I8, U64, U32, U16, U8, Bool };

/// Bytes of one element.
std::size_t elementSize(DType type);
/// The spelling in a safetensors header: "F32", "BF16", "F8_E4M3", …
std::string_view dtypeName(DType type);
/// Inverse of dtypeName; nullopt for an unknown spelling.
std::optional<DType> parseDType(std::string_view name);
/// True for F64, F32, F16 and BF16: what a weight that can be quantized is stored in.
bool isWeightFloat(DType type);

float halfToFloat(std::uint16_t bits);
float bfloat16ToFloat(std::uint16_t bits);
/// Round to nearest even; values beyond 65504 become infinity, as IEEE says.
std::uint16_t floatToHalf(float value);
/// Round to nearest even; NaN stays NaN.
std::uint16_t floatToBfloat16(float value);
/// value rounded to float16 and back: what a float16 scale on disk will hold.
float roundToHalf(float value);

/// Widens (or for F64 rounds) raw little-endian elements to float32.
/// @pre isWeightFloat(type); source.size() == destination.size() * elementSize(type)
void toFloat32(DType type, std::span<const std::byte> source, std::span<float> destination);
/// Numbers in a type's bytes (F32, F16, BF16), rounded to nearest even.
std::vector<std::byte> storedAs(DType type, std::span<const float> values);

} // namespace kerf::core
