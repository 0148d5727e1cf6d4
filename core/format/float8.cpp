// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/format/float8.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kerf::core {
namespace {

struct Layout {
    int mantissaBits;
    int smallestExponent; // of normal numbers
    float largest;
    int firstSpecial; // codes from here on are no finite numbers
};

Layout layoutOf(Float8 type)
{
    return type == Float8::E4M3 ? Layout { 3, -6, 448.0f, 0x7F } : Layout { 2, -14, 57344.0f, 0x7C };
}

} // namespace

float largestFloat8(Float8 type)
{
    return layoutOf(type).largest;
}

float float8ToFloat(Float8 type, std::uint8_t code)
{
    const Layout layout = layoutOf(type);
    const int magnitude = code & 0x7F, sign = code & 0x80 ? -1 : 1;
    if (magnitude >= layout.firstSpecial)
        return type == Float8::E5M2 && magnitude == layout.firstSpecial
            ? static_cast<float>(sign) * std::numeric_limits<float>::infinity()
            : std::numeric_limits<float>::quiet_NaN();
    const int ones = 1 << layout.mantissaBits;
    const int exponent = magnitude / ones, mantissa = magnitude % ones;
    const int significand = exponent == 0 ? mantissa : mantissa + ones;
    const float value = std::ldexp(
        static_cast<float>(significand), std::max(exponent, 1) - 1 + layout.smallestExponent - layout.mantissaBits);
    return std::copysign(value, static_cast<float>(sign));
}

std::uint8_t floatToFloat8(Float8 type, float value)
{
    if (std::isnan(value))
        return 0x7F;
    const Layout layout = layoutOf(type);
    const float magnitude = std::min(std::abs(value), layout.largest);
    const int exponent
        = magnitude > 0 ? std::max(std::ilogb(magnitude), layout.smallestExponent) : layout.smallestExponent;
    // In units of the last place, of which there are 2^mantissaBits an exponent: carries run into the next one.
    const int units = static_cast<int>(std::nearbyint(std::ldexp(magnitude, layout.mantissaBits - exponent)));
    const int code = ((exponent - layout.smallestExponent) << layout.mantissaBits) + units;
    return static_cast<std::uint8_t>(std::signbit(value) ? code | 0x80 : code);
}

std::vector<float> float8Levels(Float8 type)
{
    std::vector<float> levels;
    for (int code = 0; code < 256; ++code)
        levels.push_back(float8ToFloat(type, static_cast<std::uint8_t>(code)));
    return levels;
}

} // namespace kerf::core
