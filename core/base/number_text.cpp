// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/base/number_text.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace kerf::core {
namespace {

constexpr int kMostDecimals = 9;

/// Of the first significant digit, after rounding to so many: 9.96 in two digits is 10.
int magnitudeOf(double value, int digits)
{
    const double size = std::abs(value);
    const int magnitude = static_cast<int>(std::floor(std::log10(size)));
    const double unit = std::pow(10.0, magnitude - digits + 1);
    return std::round(size / unit) * unit >= std::pow(10.0, magnitude + 1) * (1 - 1e-12) ? magnitude + 1 : magnitude;
}

} // namespace

int decimalsOfDigits(double value, int digits)
{
    if (!std::isfinite(value) || value == 0)
        return 0;
    return std::clamp(digits - 1 - magnitudeOf(value, digits), 0, kMostDecimals);
}

int decimalsOfError(double value, double standardError)
{
    const int magnitude = magnitudeOf(standardError, 1);
    const bool leadingOne = standardError / std::pow(10.0, magnitude) < 1.95;
    const int ofError = leadingOne ? 1 - magnitude : -magnitude;
    const int ofValue = std::abs(value) > standardError ? decimalsOfDigits(value, 2) : 0;
    return std::clamp(std::max(ofError, ofValue), 0, kMostDecimals);
}

std::string numberText(double value, int digits)
{
    if (!std::isfinite(value))
        return "-";
    const double size = std::abs(value);
    if (size > 0 && (size < kSmallestPlain || size >= kLargestPlain))
        return fmt::format("{:.{}e}", value, std::max(0, digits - 1));
    return fmt::format("{:.{}f}", value, decimalsOfDigits(value, digits));
}

std::string roundedText(double value, int digits)
{
    if (!std::isfinite(value) || value == 0)
        return numberText(value, digits);
    const double unit = std::pow(10.0, magnitudeOf(value, digits) - digits + 1);
    return numberText(std::round(value / unit) * unit, digits);
}

std::string measuredText(double value, std::optional<double> standardError)
{
    if (!standardError || !std::isfinite(*standardError) || *standardError < kSmallestPlain)
        return numberText(value, 4);
    const int decimals = decimalsOfError(value, *standardError);
    return fmt::format("{:.{}f} ± {:.{}f}", value, decimals, *standardError, decimals);
}

} // namespace kerf::core
