// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/inspector/why_text.h"

#include <algorithm>

#include <QCoreApplication>
#include <QLocale>

#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr std::size_t kListed = 6; ///< channels that are named

/// Sentences of the inspector.
struct Why {
    Q_DECLARE_TR_FUNCTIONS(Why)
};

QString percentText(double share)
{
    return numberText(100 * share, share > 0.995 ? 4 : 2);
}

QString listText(const std::vector<std::int64_t>& channels)
{
    QStringList named;
    for (std::size_t i = 0; i < std::min(channels.size(), kListed); ++i)
        named << QString::number(channels[i]);
    const QString list = named.join(QStringLiteral(", "));
    return channels.size() > kListed ? Why::tr("%1 …").arg(list) : list;
}

QString sentence(const core::OutlierChannels& found)
{
    const QString range = found.channels.size() == 1
        ? Why::tr("%1 times").arg(numberText(found.highest, 2))
        : Why::tr("%1 to %2 times").arg(numberText(found.lowest, 2), numberText(found.highest, 2));
    return Why::tr(
        "%n input channel(s) (%1) reach %2 the median and carry %3 % of the Hessian: errors in their columns "
        "cost most. In 8-bit inputs with one scale a token a median channel keeps %4 of 255 levels beside "
        "the highest.",
        nullptr, static_cast<int>(found.channels.size()))
        .arg(listText(found.channels), range, percentText(found.share), QLocale().toString(found.levels));
}

QString sentence(const core::HeavyTails& found)
{
    return Why::tr(
        "The weights have heavy tails: kurtosis %1 (a Gaussian has 3), the largest is %2 standard deviations. "
        "One such weight widens the grid of its whole group; smaller groups help.")
        .arg(numberText(found.kurtosis, 2), numberText(found.largest, 2));
}

QString sentence(const core::NarrowHessian& found)
{
    return Why::tr(
        "%n direction(s) of the inputs carry %1 % of the Hessian, but no single channels do: methods that look "
        "at the Hessian (hcd, gptq) gain most here.",
        nullptr, found.directions)
        .arg(percentText(found.share));
}

QString sentence(const core::FewTokens& found)
{
    return Why::tr("Calibration saw %1 tokens, fewer than the %2 input channels: the Hessian says nothing about some "
                   "directions. Profile with more windows.")
        .arg(countText(found.tokens), countText(found.channels));
}

QString sentence(const core::DeadChannels& found)
{
    return Why::tr(
        "%n of %1 input channels (%2) were 0 in all %3 tokens: whatever their weights become, the output stays "
        "the same.",
        nullptr, static_cast<int>(found.channels.size()))
        .arg(countText(found.of), listText(found.channels), countText(found.tokens));
}

QString sentence(const core::CostlyErrors& found)
{
    return Why::tr("An error here costs %1 times what it costs in the median layer.")
        .arg(numberText(found.timesMedian, 2));
}

QString sentence(const core::NothingStandsOut& found)
{
    return found.largestRatio > 0
        ? Why::tr("Nothing stands out: the largest channel is %1 times the median, the weights' kurtosis is %2.")
              .arg(numberText(found.largestRatio, 2), numberText(found.kurtosis, 2))
        : Why::tr(
            "Nothing stands out in the weights: their kurtosis is %1. What their inputs do is known after a profile.")
              .arg(numberText(found.kurtosis, 2));
}

} // namespace

QString findingText(const core::Finding& finding)
{
    return std::visit([](const auto& found) { return sentence(found); }, finding);
}

QString remedyText(const core::Remedy& remedy, const DivergenceText& divergence)
{
    if (const auto* smooth = std::get_if<core::SmoothInputs>(&remedy))
        return Why::tr("SmoothQuant %1 brings the largest channel from %2 to %3 times the median.")
            .arg(numberText(smooth->alpha, 2), numberText(smooth->before, 2), numberText(smooth->after, 2));
    const auto& other = std::get<core::OtherFormat>(remedy);
    return Why::tr("%1 is predicted to cost %2 instead of %3.")
        .arg(toQt(other.format), measuredText(other.after.kld, other.after.stderr_),
            divergence.amount(measuredText(other.before.kld, other.before.stderr_)));
}

QString remedyTitle(const core::Remedy& remedy)
{
    if (const auto* smooth = std::get_if<core::SmoothInputs>(&remedy))
        return Why::tr("Try SmoothQuant %1").arg(numberText(smooth->alpha, 2));
    return Why::tr("Use %1").arg(toQt(std::get<core::OtherFormat>(remedy).format));
}

} // namespace kerf::ui
