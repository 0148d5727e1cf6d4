// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/format/number_type.h"

namespace kerf::core {

/// What became of a number when it was stored.
enum class Fate {
    Exact,
    Rounded,
    Subnormal, ///< rounded below the smallest normal number, where fewer bits are left
    ToZero, ///< underflow: it was not 0
    Saturated, ///< overflow: beyond the largest value by more than half a step, and became it
    ToInfinity, ///< overflow
    NotANumber, ///< NaN, and the format has a code for it
    NoNaN, ///< NaN, and the format has none: nothing is stored
};
const char* fateName(Fate fate); ///< "to_zero", as JSON has it

/// A number as a format stores it.
struct StoredNumber {
    double wanted = 0;
    std::optional<std::uint32_t> code {}; ///< nothing for NoNaN
    double value = 0; ///< NaN for NotANumber and NoNaN
    Fate fate = Fate::Exact;
    std::optional<double> below {}, above {}; ///< the finite values next to it
    double step = 0; ///< to the next value away from 0; from the one before at the largest; 0 when not finite

    double error() const { return value - wanted; }
    std::optional<double> relativeError() const; ///< error / |wanted|; nothing for 0 and what is not finite
};

/// Sign, exponent and mantissa of a floating-point code, for its formula.
struct FloatParts {
    bool isNegative, isSubnormal;
    int exponent; ///< as stored
    int power; ///< exponent - bias, 1 - bias for subnormals
    std::uint32_t mantissa, ones; ///< the fraction mantissa / ones; ones = 2^mantissaBits
};

/// What a format can hold, at the scale of the view.
struct NumberFacts {
    double lowest = 0, largest = 0; ///< finite
    std::optional<double> smallestNormal;
    double smallestStep = 0;
    std::optional<int> significantBits; ///< the hidden one counted
    std::optional<double> digits; ///< decimal: significantBits · log10 2
    std::optional<double> relativeStep; ///< rounding changes a normal number by at most this part of it
    std::int64_t finiteValues = 0; ///< different ones: +0 and -0 are one
    std::int64_t nanCodes = 0, infinityCodes = 0;
};

/// The bits of a scale, where one is stored for each group.
struct ScaleBits {
    std::uint32_t code = 0;
    std::vector<BitField> fields;
};

/// One number format with the scale and zero of a group: what every code stands for and what a number becomes. All by
/// the format's own encoder and decoder. Copyable; a 16-bit view holds 65,536 values.
class NumberView {
public:
    /// Scale 1; zero in the middle of the codes where zero points are codes, else 0.
    explicit NumberView(NumberType type);

    const NumberType& type() const { return m_type; }
    float scale() const { return m_scale; }
    float zero() const { return m_zero; }
    bool hasZero() const { return m_type.format->zeroKind() != ZeroKind::None; }
    /// Takes the nearest scale that can be stored. Errors: InvalidArgument: not a finite number above 0, or there is
    /// no scale.
    Status setScale(double scale);
    void setZero(double zero); ///< the nearest that can be stored
    /// Nothing for scales that are no more than a float32, or stored together with others.
    std::optional<ScaleBits> scaleBits() const;
    /// Errors: InvalidArgument: these bits are no scale above 0.
    Status setScaleBits(std::uint32_t code);

    std::uint32_t lastCode() const; ///< 2^bits - 1
    double decode(std::uint32_t code) const;
    /// What the engine makes of a number. It computes in float32: that is what the number becomes first.
    StoredNumber encode(double wanted) const;
    StoredNumber at(std::uint32_t code) const; ///< a code's own value, exact
    /// The code of the next value up or down; the same at the ends and for what is not finite.
    std::uint32_t neighbour(std::uint32_t code, bool up) const;
    std::optional<FloatParts> parts(std::uint32_t code) const;
    NumberFacts facts() const;
    /// The smallest finite value that is not below x; nothing above the largest.
    std::optional<double> firstFrom(double x) const;
    /// All finite values, ascending, without repeats. Empty for 32 bits.
    std::span<const float> values() const { return m_values; }

private:
    void fill();
    void decodeAll();
    bool isWide() const { return m_type.bits() > 16; }
    std::uint32_t engineCode(float value, float& rounded) const;
    std::optional<std::uint32_t> nanCode() const;
    std::optional<double> next(double value, bool up) const;
    Fate fateOf(const StoredNumber& stored) const;
    void addNeighbours(StoredNumber& stored) const;

    NumberType m_type;
    float m_scale = 1, m_zero = 0;
    std::vector<std::uint8_t> m_scaleBytes; ///< as the format stores scales that are more than a float
    std::vector<float> m_byCode; ///< empty for 32 bits
    std::vector<float> m_values;
};

/// A number through formats, one after the other: each takes what the one before stored.
std::vector<StoredNumber> convertThrough(double value, std::span<const NumberView> formats);

/// The scale with which the largest of these numbers lands on the format's largest value; 1 for zeros.
double scaleFor(std::span<const double> numbers, const NumberView& view);

/// What a person typed: a number, or the code of one.
struct TypedNumber {
    double value = 0;
    std::optional<std::uint32_t> code;
};
/// "0.1", "-1e-3", "2^-6", "3*2^-6", "inf", "nan"; "0x1D" and "0b11101" are codes, "0x1.8p3" is a number. Spaces
/// around it are left out. Errors: InvalidArgument, "Not a number: 1.2.3".
Result<TypedNumber> readNumber(std::string_view text);

} // namespace kerf::core
