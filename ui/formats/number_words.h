// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QString>

#include "core/format/number_view.h"

namespace kerf::ui {

/// Up to so many significant digits without trailing zeros, in the user's locale; powers of ten where the number is
/// very large or small; "∞", "NaN".
QString exactText(double value, int digits = 10);
/// The same with a sign also when positive.
QString signedText(double value, int digits = 10);
/// "0x1D", as many digits as the format's bits fill.
QString codeText(const core::NumberType& type, std::uint32_t code);
/// "1 sign, 4 exponent and 3 mantissa bits · bias 7 · no infinity", for people who choose a format.
QString layoutText(const core::NumberType& type);
/// "nearest, ties to even · beyond the largest: the largest".
QString roundingText(const core::NumberType& type);
QString fieldText(const core::BitField& field);
/// What a code stands for, as rich text: "2<sup>3 − 7</sup> × (1 + 5/8)"; empty where the value says it all.
QString formulaText(const core::NumberView& view, std::uint32_t code);
/// "exact", "rounded", "overflow, saturated" …
QString fateText(core::Fate fate);
/// The value is lost: overflow, underflow to 0, NaN that cannot be stored.
bool isLoss(core::Fate fate);
/// "+0.0015625 (+1.6 %)".
QString errorText(const core::StoredNumber& stored, int digits = 5);
/// How the scale of a group is written: "float16", "a power of two (E8M0)".
QString scaleStorageText(core::ScaleStorage storage);

/// Reads what a person typed, in their locale or in C's. Errors: as core::readNumber.
core::Result<core::TypedNumber> readTyped(const QString& text);

} // namespace kerf::ui
