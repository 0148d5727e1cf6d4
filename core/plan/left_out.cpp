// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/plan/left_out.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/checkpoint/note.h"
#include "core/format/layer_format.h"

namespace kerf::core {
namespace {

bool quantizes(const LayerFormat& format)
{
    return !format.weight->isUnquantized() || format.activation != ActivationFormat::None;
}

bool takes(const std::string& format, const LayerShape& shape)
{
    const auto parsed = parseLayerFormat(format);
    return parsed && quantizes(*parsed) && parsed->checkShape(shape).has_value();
}

/// "int4-g128-asym+a8-token" -> the same with groups of 64, 32 and one a row, in order of bits.
std::vector<std::string> otherGroups(const LayerFormat& wanted)
{
    if (wanted.weight->family() != FormatFamily::Integer)
        return {};
    const std::string& name = wanted.weight->name();
    const std::string end = wanted.name().substr(name.size());
    std::vector<std::string> names;
    for (const char* group : { "g128", "g64", "g32", "channel" })
        names.push_back(fmt::format(
            "int{}-{}{}{}", wanted.weight->codeBits(), group, wanted.weight->isSymmetric() ? "" : "-asym", end));
    return names;
}

} // namespace

std::string LeftOut::text() const
{
    return reason + (nearest.empty() ? std::string() : fmt::format(" The nearest format that fits is {}.", nearest));
}

std::string commonestFormat(const Plan& plan)
{
    std::map<std::string, std::size_t> counts;
    for (const PlanLayer& row : plan.layers)
        ++counts[row.format];
    std::erase_if(counts, [](const auto& entry) {
        const auto format = parseLayerFormat(entry.first);
        return !format || !quantizes(*format);
    });
    const auto most = std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; });
    return most == counts.end() ? std::string() : most->first;
}

std::string nearestFormat(const std::string& wanted, const LayerShape& shape)
{
    const auto parsed = parseLayerFormat(wanted);
    if (!parsed)
        return {};
    for (const std::string& name : otherGroups(*parsed))
        if (name != wanted && takes(name, shape))
            return name;
    // Of a shape that every format takes: it cannot be counted in one that this format does not take.
    constexpr std::int64_t kLargestBlock = 256;
    const std::int64_t whole = (shape.cols + kLargestBlock - 1) / kLargestBlock * kLargestBlock;
    const double bits = parsed->weight->bitsPerWeight({ shape.rows, whole });
    std::string nearest;
    std::pair<bool, double> distance; // another family, difference in bits
    for (const std::string& name : commonFormats()) {
        const auto format = parseLayerFormat(name);
        if (!format || format->activation != parsed->activation || !takes(name, shape))
            continue;
        const std::pair away { format->weight->family() != parsed->weight->family(),
            std::abs(format->weight->bitsPerWeight(shape) - bits) };
        if (nearest.empty() || away < distance) {
            nearest = name;
            distance = away;
        }
    }
    return nearest;
}

std::optional<LeftOut> whyLeftOut(const LayerInfo& layer, const std::string& format, const std::string& wanted)
{
    const auto has = parseLayerFormat(format);
    const auto common = parseLayerFormat(wanted);
    if (!has || !common || quantizes(*has))
        return std::nullopt;
    const Status fits = common->checkShape(layer.shape);
    if (fits)
        return std::nullopt;
    return LeftOut { layer.name, wanted, fits.error().message, nearestFormat(wanted, layer.shape) };
}

std::vector<LeftOut> layersLeftOut(const Plan& plan, const Network& network, const std::string& wanted)
{
    std::vector<LeftOut> layers;
    if (wanted.empty())
        return layers;
    for (const LayerInfo& layer : network.layers())
        if (const PlanLayer* row = plan.find(layer.name))
            if (auto left = whyLeftOut(layer, row->format, wanted))
                layers.push_back(std::move(*left));
    return layers;
}

std::vector<std::string> leftOutSentences(const std::vector<LeftOut>& layers)
{
    std::map<std::string, std::vector<std::string>> byText;
    for (const LeftOut& layer : layers)
        byText[layer.text()].push_back(layer.layer);
    std::vector<std::string> sentences;
    for (const auto& [text, names] : byText)
        sentences.push_back(fmt::format("{} {} as stored ({}). {}", names.size(),
            names.size() == 1 ? "layer stays" : "layers stay", listed(names), text));
    return sentences;
}

Status checkQuantizesSomething(const Plan& plan, const Network& network)
{
    if (!plan.kv.empty() || !commonestFormat(plan).empty())
        return {};
    std::vector<std::string> fitting;
    for (const std::string& name : commonFormats())
        if (std::ranges::all_of(network.layers(), [&](const LayerInfo& layer) { return takes(name, layer.shape); }))
            fitting.push_back(name);
    const std::string advice = fitting.empty()
        ? std::string("No common format takes every layer; give the layers formats one by one.")
        : fmt::format("Formats that take every layer: {}.", fmt::join(fitting, ", "));
    return fail(ErrorCode::InvalidArgument,
        fmt::format("The plan \"{}\" quantizes nothing: all {} layers stay as they are stored. {}", plan.name,
            plan.layers.size(), advice));
}

} // namespace kerf::core
