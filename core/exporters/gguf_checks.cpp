// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "core/exporters/gguf_positions.h"
#include "core/exporters/gguf_settings.h"
#include "core/model/gguf_yarn.h"
#include "core/model/rotary.h"

namespace kerf::core {
namespace {

using kernels::Activation;

class ConfigCheck {
public:
    ConfigCheck(const GgufFamily& family, const DecoderConfig& config)
        : m_family(family)
        , m_config(config)
    {
    }

    Status check() const
    {
        KERF_CHECK(checkShapes());
        KERF_CHECK(checkOrder());
        KERF_CHECK(checkBiases());
        KERF_CHECK(checkScores());
        KERF_CHECK(checkWindows());
        KERF_CHECK(checkExperts());
        return m_config.rotaries.empty() ? Status() : checkRope();
    }

private:
    tl::unexpected<Error> cannot(const std::string& what) const
    {
        return fail(
            ErrorCode::InvalidArgument, fmt::format("{}, which llama.cpp does not do for {}.", what, m_family.type));
    }

    Status checkShapes() const
    {
        if (m_family.headsFillHidden && m_config.queryWidth() != m_config.hidden)
            return cannot(fmt::format("This model has {} heads of {} channels for a hidden size of {}", m_config.heads,
                m_config.headDim, m_config.hidden));
        if (m_family.isUngrouped && m_config.keyValueHeads != m_config.heads)
            return cannot(fmt::format("This model has {} heads of keys and values for {} of queries",
                m_config.keyValueHeads, m_config.heads));
        const bool areGelu = m_config.activation == Activation::Gelu && m_family.activation == Activation::GeluTanh;
        if (m_config.activation != m_family.activation && !areGelu)
            return cannot("The activation of this model's MLPs (hidden_act) is another");
        return {};
    }

    Status checkBiases() const
    {
        const auto& layers = m_config.architecture->layers;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            if (m_config.biases[i] && m_family.biases == GgufPart::None)
                return cannot(fmt::format("Layers of this model have biases ({})", layers[i].name));
            if (!m_config.biases[i] && m_family.biases == GgufPart::Needed)
                return cannot(fmt::format("Layers of this model have no biases ({})", layers[i].name));
        }
        return {};
    }

    Status checkScores() const
    {
        const FactorKeys& keys = m_config.architecture->factors;
        const auto scalar = static_cast<double>(ggufQueryScalar(m_family, m_config));
        const auto scale = static_cast<float>(1.0 / std::sqrt(scalar));
        const bool isScaled = m_config.latent.rank > 0 && !m_config.rotaries.empty() && m_config.rotaries.front().yarn;
        if (keys.attention.empty() && !isScaled && std::abs(m_config.attentionScale - scale) > 1e-6F * scale)
            return cannot(fmt::format("The scores of this model are divided by the root of {:g} ({}) instead of {:g}",
                1.0 / std::pow(static_cast<double>(m_config.attentionScale), 2), keys.queryScalar, scalar));
        if (!keys.attentionCap.empty() && (m_config.attentionCap == 0 || m_config.finalCap == 0))
            return cannot(fmt::format("This model has no {} or no {}", keys.attentionCap, keys.finalCap));
        if (keys.attentionCap.empty() && m_config.finalCap > 0)
            return cannot(fmt::format("This model has a {}", keys.finalCap));
        return {};
    }

    Status checkWindows() const
    {
        const std::int64_t period = ggufWindowPeriod(m_config);
        if (m_family.windowPeriod > 0 && period == 1)
            return cannot("No block of this model sees a window alone");
        if (m_family.windowPeriod > 0 && period > 0)
            return {};
        if (m_family.windowPeriod > 0)
            return cannot("The blocks of this model that see a window alone stand in an order of their own");
        if (m_config.slidingWindow == 0 || m_config.slidingWindow >= m_config.positions)
            return {};
        return cannot(fmt::format(
            "Blocks of this model see the last {} of its {} positions", m_config.slidingWindow, m_config.positions));
    }

    Status checkOrder() const
    {
        if (m_family.isParallel && !m_config.parallel)
            return cannot("The MLPs of this model read what attention added to (parallel_attn)");
        const ClampedSwiglu usual;
        if (m_config.architecture->clampsGate
            && (m_config.clamp.alpha != usual.alpha || m_config.clamp.limit != usual.limit))
            return cannot(fmt::format("The activation of this model's experts has the numbers {:g} and {:g} "
                                      "(swiglu_alpha, swiglu_limit) instead of {:g} and {:g}",
                m_config.clamp.alpha, m_config.clamp.limit, usual.alpha, usual.limit));
        constexpr double kLatentEpsilon = 1e-6;
        if (m_config.latent.rank > 0 && std::abs(m_config.epsilon - kLatentEpsilon) > 1e-3 * kLatentEpsilon)
            return cannot(fmt::format("The norms inside this model's attention add {:g} and all others {:g} "
                                      "(rms_norm_eps)",
                kLatentEpsilon, m_config.epsilon));
        return {};
    }

    Status checkExperts() const
    {
        if (m_config.experts == 0)
            return {};
        const auto dense = std::ranges::count(m_config.routed, false);
        const bool areFirst
            = std::ranges::count(m_config.routed.begin(), m_config.routed.begin() + dense, false) == dense;
        if (dense > 0 && (!m_family.leadsDense || !areFirst))
            return cannot("Some blocks of this model have no experts");
        if (m_family.routesByKeys)
            return checkRoute();
        if (m_config.route.renormalize != m_family.renormalizes)
            return cannot(fmt::format("The weights of the chosen experts of this model {} made to add up to 1 ({})",
                m_config.route.renormalize ? "are" : "are not", m_config.architecture->experts.renormalizeKey));
        return {};
    }

    /// Where keys say how experts are chosen.
    Status checkRoute() const
    {
        const Route& route = m_config.route;
        if (m_config.sharedInner == 0)
            return cannot("This model has no MLP for all tokens beside its experts (n_shared_experts)");
        if (route.topGroups >= route.groups)
            return {};
        if (m_config.architecture->experts.choiceBias.empty())
            return cannot(fmt::format("This model chooses groups of experts by the best of each ({}), not by the best "
                                      "two",
                m_config.architecture->experts.methodKey));
        if (m_config.experts / route.groups < 2)
            return cannot(
                fmt::format("Groups of this model are of one expert ({})", m_config.architecture->experts.groupsKey));
        return {};
    }

    Status checkRope() const
    {
        if (m_config.turnsNeighbours != (m_config.architecture->pairing == RotaryPairing::Neighbours))
            return cannot(fmt::format("This model turns channels of the two halves of a head together ({})",
                m_config.architecture->keys.turnsNeighbours));
        const std::int64_t period = m_family.unturnedPeriod;
        for (std::int64_t block = 0; block < m_config.blocks; ++block)
            if (m_config.turns[static_cast<std::size_t>(block)] != (period == 0 || (block + 1) % period != 0))
                return cannot("Other blocks of this model do not turn");
        const RotaryAngles& rotary = m_config.rotaries.front();
        const auto turned = static_cast<std::int64_t>(2 * rotary.frequencies.size());
        const std::int64_t all = m_config.latent.rank > 0 ? m_config.latent.turnedDim : m_config.headDim;
        if (turned != all && !m_family.turnsParts)
            return cannot(fmt::format("This model turns {} of the {} channels of a head", turned, m_config.headDim));
        if (rotary.yarn)
            return checkYarn(rotary);
        for (const RotaryAngles& angles : m_config.rotaries)
            if (angles.magnitude != 1.0 || angles.originalPositions > 0)
                return unwritten();
        if (turnsByWindow(m_config) && ggufRopeFactor(m_config.rotaries[1]) != 1.0F)
            return unwritten();
        return m_family.pairsHeads || ggufRopeFactor(rotary) ? Status() : unwritten();
    }

    /// A file does not say whether the ends of the ramp are rounded: models of a family have it in one way.
    Status checkYarn(const RotaryAngles& rotary) const
    {
        if (turnsByWindow(m_config) || rotary.yarn->factor <= 1)
            return unwritten();
        const YarnRamp usual; // the numbers that llama.cpp has, whatever a file says
        if (rotary.yarn->fast != usual.fast || rotary.yarn->slow != usual.slow)
            return cannot(
                fmt::format("The ramp of this model's yarn goes from {:g} to {:g} turns (beta_fast, beta_slow) "
                            "instead of from {:g} to {:g}",
                    rotary.yarn->fast, rotary.yarn->slow, usual.fast, usual.slow));
        RotaryAngles exact = rotary;
        exact.yarn->isTruncated = false;
        if (rotary.yarn->isTruncated == m_family.roundsYarn || !roundsYarnEnds(exact))
            return {};
        if (m_family.roundsYarn)
            return cannot("The ends of the ramp of this model's yarn are not rounded to whole pairs (truncate)");
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "The ends of the ramp of this model's yarn are rounded to whole pairs (truncate). GGUF has no key "
                "for that, and {} models have them as they come.",
                m_family.type));
    }

    static tl::unexpected<Error> unwritten()
    {
        return fail(ErrorCode::InvalidArgument,
            "The position embedding of this model (rope scaling) is of a kind that Kerf does not write as GGUF.");
    }

    const GgufFamily& m_family;
    const DecoderConfig& m_config;
};

} // namespace

Status checkGgufConfig(const GgufFamily& family, const DecoderConfig& config)
{
    return ConfigCheck(family, config).check();
}

std::vector<std::string> ggufConfigNotes(const GgufFamily& family, const DecoderConfig& config)
{
    std::vector<std::string> notes;
    if (config.activation != family.activation)
        notes.push_back(
            fmt::format("llama.cpp computes the GELU of {} models by its approximation with tanh, where this model has "
                        "the exact function: logits differ a little.",
                family.type));
    if (!config.rotaries.empty() && config.rotaries.front().yarn && roundsYarnEnds(config.rotaries.front())) {
        const RotaryAngles& rotary = config.rotaries.front();
        YarnRamp whole = *rotary.yarn;
        whole.isTruncated = true;
        const auto [low, high] = yarnEnds(*rotary.yarn, rotary.theta, rotary.frequencies.size());
        const auto [first, last] = yarnEnds(whole, rotary.theta, rotary.frequencies.size());
        notes.push_back(
            fmt::format("llama.cpp rounds the ends of yarn's ramp to whole pairs, {:g} and {:g}, where this "
                        "model has {:.2f} and {:.2f} (truncate): positions turn a little otherwise there.",
                first, last, low, high));
    }
    return notes;
}

} // namespace kerf::core
