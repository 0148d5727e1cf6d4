// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>

namespace kerf::core {

/// The one style of numbers, for window and command line: the window writes the same digits in the user's locale.
/// A measured value ends at the place of its standard error, of which one digit is shown, two where the first is a 1:
/// "0.0054 ± 0.0003", "7.412 ± 0.015". The value has at least two significant digits where it is larger than its error.
/// No exponents between kSmallestPlain and kLargestPlain, so that value and error never mix the two.
constexpr double kSmallestPlain = 1e-8, kLargestPlain = 1e15;

/// Decimals that show so many significant digits.
int decimalsOfDigits(double value, int digits);
/// Decimals of a value and its standard error, which is above 0.
int decimalsOfError(double value, double standardError);

/// So many significant digits in the C locale; "-" for what is not finite.
std::string numberText(double value, int digits = 3);
/// The number rounded to so many significant digits: "1300" for 1284 and two, "0.48".
std::string roundedText(double value, int digits);
/// Value and error in the C locale; the value alone, in four digits, without a known error.
std::string measuredText(double value, std::optional<double> standardError);

} // namespace kerf::core
