// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/value_text.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>
#include <QLocale>

#include "core/base/number_text.h"

namespace kerf::ui {
namespace {

struct Duration {
    Q_DECLARE_TR_FUNCTIONS(Duration)
};

} // namespace

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

QString countText(std::int64_t count)
{
    return QLocale().toString(static_cast<qlonglong>(count));
}

QString numberText(double value, int digits)
{
    if (!std::isfinite(value))
        return QStringLiteral("–");
    const double size = std::abs(value);
    if (size > 0 && (size < core::kSmallestPlain || size >= core::kLargestPlain))
        return QLocale().toString(value, 'e', std::max(0, digits - 1));
    return QLocale().toString(value, 'f', core::decimalsOfDigits(value, digits));
}

MeasuredParts measuredParts(double value, std::optional<double> standardError)
{
    if (!standardError || !std::isfinite(*standardError) || *standardError < core::kSmallestPlain)
        return { numberText(value, 4), {} };
    const int decimals = core::decimalsOfError(value, *standardError);
    const QLocale locale;
    return { locale.toString(value, 'f', decimals), locale.toString(*standardError, 'f', decimals) };
}

QString measuredText(double value, std::optional<double> standardError)
{
    const MeasuredParts parts = measuredParts(value, standardError);
    return parts.error.isEmpty() ? parts.value : QStringLiteral("%1 ± %2").arg(parts.value, parts.error);
}

QString signedText(double value, const QString& amount)
{
    return value > 0 ? u'+' + amount : value < 0 ? QChar(0x2212) + amount : amount;
}

QString durationText(double seconds)
{
    if (seconds < 90)
        return Duration::tr("about %n s", nullptr, std::max(1, static_cast<int>(std::lround(seconds))));
    if (seconds < 5400)
        return Duration::tr("about %n min", nullptr, static_cast<int>(std::lround(seconds / 60)));
    return Duration::tr("about %n h", nullptr, static_cast<int>(std::lround(seconds / 3600)));
}

QString spanText(double seconds)
{
    const auto whole = static_cast<qlonglong>(std::llround(seconds));
    if (whole < 60)
        return Duration::tr("%1 s").arg(QLocale().toString(seconds, 'f', seconds < 9.95 ? 1 : 0));
    if (whole < 3600)
        return Duration::tr("%1 min %2 s").arg(QLocale().toString(whole / 60), QLocale().toString(whole % 60));
    const qlonglong minutes = (whole + 30) / 60;
    return Duration::tr("%1 h %2 min").arg(QLocale().toString(minutes / 60), QLocale().toString(minutes % 60));
}

} // namespace kerf::ui
