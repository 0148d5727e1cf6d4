// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/tornado_svg.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/number_text.h"
#include "core/base/xml_text.h"
#include "core/jobs/decision_text.h"

namespace kerf::core {
namespace {

constexpr double kWidth = 900, kLeft = 250, kRight = 30, kTop = 20, kRow = 40, kBottom = 50;
constexpr int kTicks = 5;

/// 1, 2 or 5 times a power of ten, so that some kTicks of them span the range.
double stepOf(double span)
{
    const double raw = span / kTicks, decade = std::pow(10.0, std::floor(std::log10(raw)));
    for (const double factor : { 1.0, 2.0, 5.0 })
        if (factor * decade >= raw)
            return factor * decade;
    return 10 * decade;
}

} // namespace

std::string tornadoSvg(const std::vector<CostSwing>& swings, double base, const std::string& currency)
{
    if (swings.empty())
        return {};
    double least = std::min(0.0, base), most = std::max(0.0, base);
    for (const CostSwing& swing : swings) {
        least = std::min({ least, swing.atLow, swing.atHigh });
        most = std::max({ most, swing.atLow, swing.atHigh });
    }
    const double span = most > least ? most - least : 1, height = kTop + kRow * swings.size() + kBottom;
    const auto across = [&](double value) { return kLeft + (value - least) / span * (kWidth - kLeft - kRight); };
    std::string text = fmt::format(
        R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" font-family="sans-serif" role="img"><title>What decides whether it pays</title><rect width="{0}" height="{1}" fill="#ffffff"/>)",
        kWidth, height);
    const double bottom = height - kBottom, step = stepOf(span);
    for (double tick = std::ceil(least / step) * step; tick <= most + step * 1e-9; tick += step)
        text += fmt::format(
            R"(<path d="M{0:.1f} {1}V{2}" stroke="#e4e4e4"/><text x="{0:.1f}" y="{3}" font-size="12" fill="#444444" text-anchor="middle">{4}</text>)",
            across(tick), kTop, bottom, bottom + 18, xmlText(moneyText(tick, currency)));
    for (std::size_t i = 0; i < swings.size(); ++i) {
        const CostSwing& swing = swings[i];
        const double top = kTop + kRow * static_cast<double>(i), left = across(std::min(swing.atLow, swing.atHigh));
        const double factor = swing.input == "loss" ? 100 : 1;
        text += fmt::format(R"(<rect x="{:.1f}" y="{}" width="{:.1f}" height="{}" fill="{}"/>)", left, top + 8,
            std::max(1.0, across(std::max(swing.atLow, swing.atHigh)) - left), kRow - 16,
            swing.decides ? "#b45f06" : "#8eaeef");
        text += fmt::format(
            R"(<text x="{0}" y="{1}" font-size="13" fill="#222222" text-anchor="end">{2}{3}</text><text x="{0}" y="{4}" font-size="11" fill="#5b6470" text-anchor="end">{5} to {6}{7}</text>)",
            kLeft - 10, top + 17, xmlText(costInputText(swing.input)), swing.decides ? ": this decides" : "", top + 32,
            numberText(factor * swing.low), numberText(factor * swing.high), swing.input == "loss" ? " %" : "");
    }
    text += fmt::format(
        R"(<path d="M{0:.1f} {1}V{2}" stroke="#222222"/><path d="M{3:.1f} {1}V{2}" stroke="#5b6470" stroke-dasharray="4 3"/><text x="{4}" y="{5}" font-size="13" fill="#222222" text-anchor="middle">first year; dashed: as given</text></svg>)",
        across(0), kTop, bottom, across(base), (kLeft + kWidth - kRight) / 2, height - 10);
    return text;
}

} // namespace kerf::core
