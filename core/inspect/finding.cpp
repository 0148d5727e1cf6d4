// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/inspect/finding.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/sample_mean.h"
#include "core/format/layer_format.h"

namespace kerf::core {
namespace {

constexpr int kLargestCode = 127; ///< of 8 bits, symmetric
constexpr double kWorthwhile = 1.0 / 3; ///< share of the predicted KLD that a better format may leave

OutlierChannels outlierChannels(const InputView& inputs)
{
    OutlierChannels found { inputs.outliers, 0, 0, inputs.outlierShare, 0 };
    for (const std::int64_t channel : inputs.outliers) {
        const double ratio = inputs.ratio(channel);
        found.lowest = found.lowest > 0 ? std::min(found.lowest, ratio) : ratio;
        found.highest = std::max(found.highest, ratio);
    }
    found.levels = 2 * static_cast<int>(kLargestCode / found.highest) + 1;
    return found;
}

double medianSlope(const Profile& profile)
{
    std::vector<double> slopes;
    for (const LayerProfile& layer : profile.layers)
        if (layer.slope > 0)
            slopes.push_back(layer.slope);
    return slopes.empty() ? 0 : median(std::move(slopes));
}

void explainInputs(const LayerEvidence& evidence, std::vector<Finding>& findings)
{
    const InputView& inputs = *evidence.inputs;
    const auto channels = static_cast<std::int64_t>(inputs.absMax.size());
    if (!inputs.outliers.empty())
        findings.emplace_back(outlierChannels(inputs));
    else if (evidence.spectrum && evidence.spectrum->share(kFewDirections) >= kNarrowShare)
        findings.emplace_back(NarrowHessian { kFewDirections, evidence.spectrum->share(kFewDirections) });
    if (inputs.tokens < channels)
        findings.emplace_back(FewTokens { inputs.tokens, channels });
    if (!inputs.dead.empty())
        findings.emplace_back(DeadChannels { inputs.dead, channels, inputs.tokens });
}

} // namespace

std::vector<Finding> explainLayer(const LayerEvidence& evidence)
{
    std::vector<Finding> findings;
    if (evidence.inputs)
        explainInputs(evidence, findings);
    if (evidence.weight.kurtosis >= kHeavyTails)
        findings.emplace_back(HeavyTails { evidence.weight.kurtosis, evidence.weight.absMax / evidence.weight.sigma });
    if (evidence.profile && evidence.layer) {
        const double middle = medianSlope(*evidence.profile);
        if (middle > 0 && evidence.layer->slope >= kCostly * middle)
            findings.emplace_back(CostlyErrors { evidence.layer->slope / middle });
    }
    if (findings.empty())
        findings.emplace_back(
            NothingStandsOut { evidence.inputs ? evidence.inputs->largestRatio() : 0, evidence.weight.kurtosis });
    return findings;
}

const char* findingName(const Finding& finding)
{
    static constexpr std::array names { "outlier_channels", "heavy_tails", "narrow_hessian", "few_tokens",
        "dead_channels", "costly_errors", "nothing_stands_out" };
    static_assert(names.size() == std::variant_size_v<Finding>);
    return names[finding.index()];
}

bool isSensitive(const Profile& profile, const LayerProfile& layer, const std::string& format)
{
    const auto predicted = predictFormat(layer, format);
    std::vector<double> all;
    for (const LayerProfile& each : profile.layers)
        if (const auto other = predictFormat(each, format))
            all.push_back(other->kld);
    return predicted && predicted->kld > median(std::move(all));
}

std::optional<OtherFormat> betterFormat(
    const Profile& profile, const LayerProfile& layer, const LayerShape& shape, const std::string& format)
{
    const auto now = predictFormat(layer, format);
    if (!now || !(now->kld > 0))
        return std::nullopt;
    std::optional<OtherFormat> best;
    for (const std::string& name : profile.formats) {
        const auto candidate = parseLayerFormat(name);
        const auto predicted = predictFormat(layer, name);
        if (!candidate || !predicted || !candidate->checkShape(shape) || predicted->kld > kWorthwhile * now->kld)
            continue;
        const double bits = candidate->weight->bitsPerWeight(shape);
        if (!best || bits < best->bitsPerWeight)
            best = OtherFormat { name, bits, *now, *predicted };
    }
    return best;
}

} // namespace kerf::core
