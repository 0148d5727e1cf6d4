// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/speed_table.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "core/evaluate/student.h"

namespace kerf::core {
namespace {

/// The machine whose sittings are taken.
std::string chosenMachine(const std::vector<Sitting>& sittings, const std::string& wanted)
{
    const Sitting* newest = nullptr;
    for (const Sitting& sitting : sittings) {
        if (sitting.machine == wanted)
            return wanted;
        if (!newest || sitting.time >= newest->time)
            newest = &sitting;
    }
    return newest ? newest->machine : wanted;
}

/// One sitting of several that were close: geometric means of the times.
Sitting merged(const std::vector<const Sitting*>& close)
{
    Sitting result = *close.back();
    if (close.size() == 1)
        return result;
    std::map<std::string, std::pair<double, int>> logs;
    std::map<std::string, double> variances;
    for (const Sitting* sitting : close)
        for (const auto& [name, time] : sitting->kernels) {
            logs[name].first += std::log(time.seconds);
            ++logs[name].second;
            variances[name] += time.standardError * time.standardError;
            result.kernels[name].bytes = time.bytes;
            if (time.instructions)
                result.kernels[name].instructions = time.instructions;
        }
    for (auto& [name, time] : result.kernels) {
        const auto& [sum, count] = logs[name];
        time.seconds = std::exp(sum / count);
        time.standardError = std::sqrt(variances[name]) / count;
    }
    return result;
}

std::vector<Sitting> mergeClose(std::vector<const Sitting*> sittings)
{
    std::ranges::stable_sort(sittings, {}, &Sitting::time);
    std::vector<Sitting> result;
    std::vector<const Sitting*> close;
    for (const Sitting* sitting : sittings) {
        if (!close.empty() && sitting->time - close.front()->time >= kSittingsApart) {
            result.push_back(merged(close));
            close.clear();
        }
        close.push_back(sitting);
    }
    if (!close.empty())
        result.push_back(merged(close));
    return result;
}

bool hasAll(const Sitting& sitting, const TokenWork& work)
{
    return std::ranges::all_of(work, [&](const auto& use) {
        const auto found = sitting.kernels.find(use.first);
        return found != sitting.kernels.end() && found->second.seconds > 0;
    });
}

SpeedInterval around(double value, double halfOfLog)
{
    return { value * std::exp(-halfOfLog), value * std::exp(halfOfLog) };
}

} // namespace

SpeedTable::SpeedTable(const std::vector<Sitting>& sittings, const std::string& machine, const TokenWork& original)
    : m_machine(chosenMachine(sittings, machine))
{
    std::vector<const Sitting*> chosen;
    for (const Sitting& sitting : sittings)
        // The original is in every sitting: all others are told by it.
        if (sitting.machine == m_machine && hasAll(sitting, original))
            chosen.push_back(&sitting);
    const std::vector<Sitting> merged = mergeClose(std::move(chosen));
    for (const Sitting& sitting : merged)
        for (const auto& [name, time] : sitting.kernels)
            m_kernels.emplace(name, m_kernels.size());
    if (merged.empty())
        return;
    m_lastTime = merged.back().time;
    m_original = *usesOf(original);
    fill(merged);
}

void SpeedTable::fill(const std::vector<Sitting>& merged)
{
    const std::size_t kernels = m_kernels.size();
    std::vector<double> logs(kernels, 0.0);
    std::vector<int> counts(kernels, 0);
    m_newest.resize(kernels);
    double token = 0;
    for (const Sitting& sitting : merged) {
        Times times { std::vector<double>(kernels, NAN), std::vector<double>(kernels, NAN), 0 };
        for (const auto& [name, time] : sitting.kernels) {
            const std::size_t at = m_kernels.at(name);
            times.seconds[at] = time.seconds;
            times.errors[at] = time.standardError;
            m_newest[at] = time;
        }
        times.original = sumOf(times, m_original)->seconds;
        token += std::log(times.original);
        for (const auto& [name, time] : sitting.kernels) {
            logs[m_kernels.at(name)] += std::log(time.seconds / times.original);
            ++counts[m_kernels.at(name)];
        }
        m_sittings.push_back(std::move(times));
    }
    m_token = std::exp(token / static_cast<double>(merged.size()));
    for (std::size_t at = 0; at < kernels; ++at)
        m_shares.push_back(std::exp(logs[at] / counts[at]));
}

std::optional<SpeedTable::Uses> SpeedTable::usesOf(const TokenWork& work) const
{
    Uses uses(m_kernels.size(), 0.0);
    for (const auto& [name, count] : work) {
        const auto found = m_kernels.find(name);
        if (found == m_kernels.end())
            return std::nullopt;
        uses[found->second] += static_cast<double>(count);
    }
    return uses;
}

std::optional<SpeedTable::Sum> SpeedTable::sumOf(const Times& times, const Uses& uses)
{
    Sum sum;
    for (std::size_t at = 0; at < uses.size(); ++at) {
        if (uses[at] == 0)
            continue;
        if (std::isnan(times.seconds[at]))
            return std::nullopt;
        sum.seconds += uses[at] * times.seconds[at];
        sum.variance += uses[at] * uses[at] * times.errors[at] * times.errors[at];
    }
    return sum;
}

bool SpeedTable::lastHas(const TokenWork& work) const
{
    const auto uses = usesOf(work);
    return uses && !m_sittings.empty() && sumOf(m_sittings.back(), *uses);
}

std::optional<double> SpeedTable::seconds(const std::string& kernel) const
{
    const auto found = m_kernels.find(kernel);
    return found == m_kernels.end() ? std::nullopt : std::optional(m_shares[found->second] * m_token);
}

std::optional<SpeedFigure> SpeedTable::figure(const TokenWork& work) const
{
    const auto uses = usesOf(work);
    if (!uses || m_sittings.empty() || work.empty())
        return std::nullopt;
    double share = 0, original = 0;
    SpeedFigure figure;
    figure.instructions = 0;
    for (std::size_t at = 0; at < uses->size(); ++at) {
        const double count = (*uses)[at];
        share += count * m_shares[at];
        original += m_original[at] * m_shares[at];
        if (count == 0)
            continue;
        figure.bytes += static_cast<std::int64_t>(count) * m_newest[at].bytes;
        if (figure.instructions && m_newest[at].instructions)
            *figure.instructions += count * *m_newest[at].instructions;
        else
            figure.instructions.reset();
    }
    figure.tokensPerSecond = 1 / (share * m_token);
    figure.ratio = original / share;
    addIntervals(*uses, figure);
    return figure;
}

void SpeedTable::addIntervals(const Uses& uses, SpeedFigure& figure) const
{
    std::vector<double> seconds; // logarithms
    double variance = 0; // within sittings
    for (const Times& times : m_sittings)
        if (const auto sum = sumOf(times, uses)) {
            seconds.push_back(std::log(sum->seconds));
            variance += sum->variance / (sum->seconds * sum->seconds);
        }
    figure.sittings = static_cast<int>(seconds.size());
    const std::optional<Draws> ratios = logRatio(uses, m_original);
    if (!ratios)
        return;
    const double half = drawsOf(seconds, variance / figure.sittings).halfWidthOfNext();
    figure.tokensInterval = around(figure.tokensPerSecond, half);
    figure.ratioInterval = around(figure.ratio, ratios->halfWidthOfNext());
}

std::optional<Draws> SpeedTable::logRatio(const Uses& first, const Uses& second) const
{
    std::vector<double> ratios;
    double variance = 0;
    for (const Times& times : m_sittings) {
        const auto mine = sumOf(times, first), other = sumOf(times, second);
        if (!mine || !other)
            continue;
        ratios.push_back(std::log(mine->seconds / other->seconds));
        Uses difference(first.size()); // what a kernel's relative error adds to the ratio's
        for (std::size_t at = 0; at < first.size(); ++at)
            difference[at] = first[at] / mine->seconds - second[at] / other->seconds;
        variance += sumOf(times, difference)->variance;
    }
    if (static_cast<int>(ratios.size()) < kLeastSittings)
        return std::nullopt;
    return drawsOf(ratios, variance / static_cast<double>(ratios.size()));
}

std::optional<SpeedRatio> SpeedTable::ratio(const TokenWork& first, const TokenWork& second, double confidence) const
{
    const auto mine = figure(first), other = figure(second);
    if (!mine || !other)
        return std::nullopt;
    const std::optional<Draws> draws = logRatio(*usesOf(first), *usesOf(second));
    if (!draws)
        return std::nullopt;
    const double value = mine->ratio / other->ratio;
    return SpeedRatio { value, around(value, draws->halfWidthOfNext(confidence)), draws->count };
}

std::optional<Draws> SpeedTable::slowness(const TokenWork& first, const TokenWork& second) const
{
    const auto uses = usesOf(first), other = usesOf(second);
    if (!uses || !other)
        return std::nullopt;
    Uses difference(uses->size());
    std::ranges::transform(*uses, *other, difference.begin(), std::minus());
    std::vector<double> slower; // by how much, in tokens of the original
    double variance = 0;
    for (const Times& times : m_sittings)
        if (const auto sum = sumOf(times, difference)) {
            slower.push_back(sum->seconds / times.original);
            variance += sum->variance / (times.original * times.original);
        }
    if (static_cast<int>(slower.size()) < kLeastSittings)
        return std::nullopt;
    return drawsOf(slower, variance / static_cast<double>(slower.size()));
}

std::optional<SpeedInterval> SpeedTable::difference(const TokenWork& first, const TokenWork& second) const
{
    const auto draws = slowness(first, second);
    const auto mine = figure(first), other = figure(second);
    if (!draws || !mine || !other)
        return std::nullopt;
    // 1/a - 1/b = (b - a) / ab, a and b the seconds of a token
    const double scale = m_token * mine->tokensPerSecond * other->tokensPerSecond;
    const double half = draws->halfWidthOfMean();
    return SpeedInterval { -(draws->mean + half) * scale, -(draws->mean - half) * scale };
}

Order SpeedTable::compare(const TokenWork& first, const TokenWork& second) const
{
    if (first == second)
        return Order::Equal;
    const auto draws = slowness(first, second);
    if (!draws)
        return Order::Unknown;
    const double half = draws->halfWidthOfMean();
    return draws->mean > half ? Order::Worse : draws->mean < -half ? Order::Better : Order::Unknown;
}

} // namespace kerf::core
