// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/format/format.h"

namespace kerf::core {

/// Consecutive bits of a code that mean one thing, the highest first.
struct BitField {
    enum class Kind {
        Sign,
        Exponent,
        Mantissa,
        Level, ///< number of a level: integers, code books
    };
    Kind kind;
    int bits;
};

/// Where sign, exponent and mantissa of a floating-point code are:
/// (-1)^sign · 2^(exponent - bias) · (1 + mantissa / 2^mantissaBits); exponent 0: 2^(1 - bias) · mantissa /
/// 2^mantissaBits.
struct FloatLayout {
    int exponentBits, mantissaBits, bias;
    bool hasInfinity = false;

    int smallestExponent() const { return 1 - bias; } ///< of normal numbers
};

/// What a number exactly between two values becomes.
enum class TieRule { Even, Lower };

/// How the scale that a group of codes shares is written.
enum class ScaleStorage {
    None, ///< unquantized: there is no scale
    Float32,
    Half, ///< float16; of formats with a minimum or offset that one too
    PowerOfTwo, ///< E8M0: one exponent byte, bias 127
    Float8, ///< E4M3, over one float32 factor for the whole weight
    Shared, ///< stored together with other groups' scales (k-quants, double quantization)
};

/// What one number of a format looks like: its bits and its scale's. The values are the format's own.
struct NumberType {
    std::string name; ///< "fp8-e4m3", or a whole format's name where granularity was given: "int4-g128-asym"
    std::string title; ///< "FP8 E4M3"
    FormatPtr format;

    int bits() const { return format->codeBits(); }
    std::vector<BitField> fields() const;
    std::optional<FloatLayout> layout() const; ///< nothing for integers and code books
    TieRule ties() const;
    ScaleStorage scaleStorage() const;
    /// Scales and zero points counted, in a large layer.
    double bitsPerWeight() const;
};

/// One of each kind of number that the registry has, floats first, then by bits: f32, bf16, f16, fp8-e4m3 … q2_k.
const std::vector<NumberType>& numberTypes();

/// By the name of a type ("int4", "FP8 E4M3") or of any format ("int4-g128-asym", "nf4-b64", also with the format of
/// its inputs). Errors: as parseLayerFormat.
Result<NumberType> findNumberType(std::string_view name);

} // namespace kerf::core
