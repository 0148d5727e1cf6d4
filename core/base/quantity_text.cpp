// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/base/quantity_text.h"

#include <cmath>

#include <fmt/format.h>

namespace kerf::core {

std::string bytesText(std::int64_t bytes)
{
    const auto size = static_cast<double>(bytes);
    if (size >= 1e9)
        return fmt::format("{:.2f} GB", size / 1e9);
    if (size >= 1e6)
        return fmt::format("{:.2f} MB", size / 1e6);
    return fmt::format("{:.1f} kB", size / 1e3);
}

std::string spanText(double seconds)
{
    const auto whole = static_cast<std::int64_t>(std::llround(seconds));
    if (seconds < 9.95)
        return fmt::format("{:.1f} s", seconds);
    if (whole < 60)
        return fmt::format("{} s", whole);
    if (whole < 3600)
        return fmt::format("{} min {} s", whole / 60, whole % 60);
    const std::int64_t minutes = (whole + 30) / 60;
    return fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

} // namespace kerf::core
