// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/profile/method_factors.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <vector>

#include "core/profile/layer_prediction.h"

namespace kerf::core {
namespace {

// Standard deviations of logarithms (docs/methods.md section 4).
constexpr double kSampledSpread = 0.07; ///< a method whose sample was swapped in
constexpr double kErrorsOnlySpread = 0.15; ///< one of which only errors are known
constexpr double kOneLayerSpread = 0.25; ///< between layers, where one layer alone was sampled
constexpr double kOtherFormatSpread = 0.1; ///< more, for a format that was not sampled itself

/// "model.layers.3.mlp.down_proj" and its like in every block: the name without its numbers.
std::string kindOf(const std::string& layer)
{
    std::string kind;
    std::ranges::copy_if(layer, std::back_inserter(kind), [](unsigned char c) { return !std::isdigit(c); });
    return kind;
}

} // namespace

MethodFactors::MethodFactors(const Profile& profile, const MethodProfile& measured)
    : m_sample(measured.layers)
{
    addRatios(profile);
    addWorth(profile);
}

void MethodFactors::addRatios(const Profile& profile)
{
    std::map<std::pair<std::string, std::string>, std::vector<double>> logs;
    std::map<int, std::vector<double>> ofBits;
    for (const LayerProfile& layer : profile.layers) {
        const auto cells = m_sample.find(layer.layer);
        if (cells == m_sample.end())
            continue;
        for (const auto& [format, error] : cells->second.relativeError) {
            const auto own = layer.relativeError.find(format);
            const FormatFacts* facts = formatFacts(format);
            if (!facts || own == layer.relativeError.end() || !(own->second > 0) || !(error > 0))
                continue;
            const double log = std::log(error / own->second);
            logs[{ format, kindOf(layer.layer) }].push_back(log);
            logs[{ format, "" }].push_back(log);
            ofBits[facts->bits].push_back(log);
        }
    }
    const auto summarize = [](const std::vector<double>& values) {
        double mean = 0, squares = 0;
        for (const double value : values)
            mean += value / static_cast<double>(values.size());
        for (const double value : values)
            squares += (value - mean) * (value - mean);
        const auto count = static_cast<double>(values.size());
        return Ratio { mean, values.size() > 1 ? std::sqrt(squares / (count - 1) * (1 + 1 / count)) : kOneLayerSpread };
    };
    for (const auto& [key, values] : logs)
        m_ratios[key] = summarize(values);
    for (const auto& [bits, values] : ofBits)
        m_ofBits[bits] = summarize(values);
}

void MethodFactors::addWorth(const Profile& profile)
{
    std::map<int, std::pair<double, double>> sums; // measured, expected by the profile's slopes
    for (const LayerProfile& layer : profile.layers) {
        const auto cells = m_sample.find(layer.layer);
        if (cells == m_sample.end())
            continue;
        for (const auto& [format, measured] : cells->second.swapIn) {
            const FormatFacts* facts = formatFacts(format);
            const auto error = cells->second.relativeError.find(format);
            if (!facts || error == cells->second.relativeError.end())
                continue;
            sums[facts->bits].first += measured.kld;
            sums[facts->bits].second += slopeAt(layer, facts->bits).kld * error->second;
        }
    }
    for (const auto& [bits, sum] : sums)
        if (sum.first > 0 && sum.second > 0)
            m_worth[bits] = sum.first / sum.second;
}

double MethodFactors::worthAt(int bits) const
{
    const auto nearest
        = std::ranges::min_element(m_worth, {}, [&](const auto& probe) { return std::abs(probe.first - bits); });
    return nearest == m_worth.end() ? 1.0 : nearest->second;
}

std::optional<MethodFactors::Error> MethodFactors::errorOf(
    const LayerProfile& layer, const std::string& format, int bits) const
{
    if (const auto cells = m_sample.find(layer.layer); cells != m_sample.end())
        if (const auto error = cells->second.relativeError.find(format); error != cells->second.relativeError.end())
            return Error { error->second, 0 };
    const auto own = layer.relativeError.find(format);
    if (own == layer.relativeError.end())
        return std::nullopt;
    for (const std::string& kind : { kindOf(layer.layer), std::string() })
        if (const auto ratio = m_ratios.find({ format, kind }); ratio != m_ratios.end())
            return Error { own->second * std::exp(ratio->second.log), ratio->second.spread };
    if (const auto ratio = m_ofBits.find(bits); ratio != m_ofBits.end())
        return Error { own->second * std::exp(ratio->second.log),
            std::hypot(ratio->second.spread, kOtherFormatSpread) };
    return std::nullopt;
}

std::optional<Prediction> MethodFactors::predict(const LayerProfile& layer, const std::string& format, int bits) const
{
    if (const auto cells = m_sample.find(layer.layer); cells != m_sample.end())
        if (const auto measured = cells->second.swapIn.find(format); measured != cells->second.swapIn.end())
            return Prediction { measured->second.kld, measured->second.stderr_ };
    const auto error = errorOf(layer, format, bits);
    const Prediction slope = slopeAt(layer, bits);
    if (!error || (layer.swapIn.empty() && !(slope.kld > 0)))
        return std::nullopt;
    const double each = worthAt(bits) * error->value;
    return Prediction { slope.kld * each, each * std::hypot(slope.stderr_, slope.kld * error->spread) };
}

double MethodFactors::spread() const
{
    return m_worth.empty() ? kErrorsOnlySpread : kSampledSpread;
}

} // namespace kerf::core
