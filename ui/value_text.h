// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>

#include <QString>

namespace kerf::ui {

/// Core's UTF-8 as Qt's text.
inline QString toQt(const std::string& text)
{
    return QString::fromStdString(text);
}

/// "4.31 GB": decimal units, three significant digits, in the user's locale.
QString bytesText(std::int64_t bytes);
/// "1,204" in the user's locale.
QString countText(std::int64_t count);
/// Significant digits in the user's locale, by the rule of core/base/number_text.h; "–" for what is not known.
QString numberText(double value, int digits = 3);
/// "7.41 ± 0.02", by the same rule.
QString measuredText(double value, std::optional<double> standardError);
/// The two numbers of measuredText alone; the error is empty when it is not known.
struct MeasuredParts {
    QString value, error;
};
MeasuredParts measuredParts(double value, std::optional<double> standardError);
/// "+1.2 MB", "−1.2 MB", "0": a difference whose amount is written already.
QString signedText(double value, const QString& amount);
/// "about 4 min", "about 12 s".
QString durationText(double seconds);
/// What something took, to two units: "4.1 s", "12 min 30 s", "1 h 52 min".
QString spanText(double seconds);

} // namespace kerf::ui
