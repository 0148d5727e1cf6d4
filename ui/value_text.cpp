// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/value_text.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>
#include <QLocale>

namespace kerf::ui {

QString bytesText(std::int64_t bytes)
{
    static constexpr const char* kUnits[] = { "B", "kB", "MB", "GB", "TB", "PB" };
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 999.5 && unit + 1 < std::size(kUnits)) {
        value /= 1000;
        ++unit;
    }
    const int decimals = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return QStringLiteral("%1 %2").arg(QLocale().toString(value, 'f', decimals), QLatin1String(kUnits[unit]));
}

QString numberText(double value, int digits)
{
    if (!std::isfinite(value))
        return QStringLiteral("–");
    const double size = std::abs(value);
    if (size == 0)
        return QStringLiteral("0");
    if (size < 1e-4 || size >= 1e6)
        return QLocale().toString(value, 'e', std::max(0, digits - 2));
    const int magnitude = static_cast<int>(std::floor(std::log10(size)));
    return QLocale().toString(value, 'f', std::clamp(digits - 1 - magnitude, 0, 8));
}

QString measuredText(double value, std::optional<double> standardError)
{
    if (!standardError || !(*standardError > 0) || !std::isfinite(*standardError))
        return numberText(value, 4);
    // One digit of the error says enough, two while the first is a 1.
    const int magnitude = static_cast<int>(std::floor(std::log10(*standardError)));
    const bool leadingOne = *standardError / std::pow(10.0, magnitude) < 1.95;
    const int decimals = std::clamp(-magnitude + (leadingOne ? 1 : 0), 0, 8);
    const QLocale locale;
    return QStringLiteral("%1 ± %2").arg(
        locale.toString(value, 'f', decimals), locale.toString(*standardError, 'f', decimals));
}

QString durationText(double seconds)
{
    const auto text
        = [](const char* source, int n) { return QCoreApplication::translate("Duration", source, nullptr, n); };
    if (seconds < 90)
        return text("about %n s", std::max(1, static_cast<int>(std::lround(seconds))));
    if (seconds < 5400)
        return text("about %n min", static_cast<int>(std::lround(seconds / 60)));
    return text("about %n h", static_cast<int>(std::lround(seconds / 3600)));
}

} // namespace kerf::ui
