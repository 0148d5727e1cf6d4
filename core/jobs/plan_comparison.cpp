// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/plan_comparison.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/format/layer_format.h"
#include "core/jobs/fitted_profile.h"

namespace kerf::core {
namespace {

/// One of the two plans.
struct Side {
    Plan plan; ///< as it was carried out
    bool isOurs = true; ///< how its codes were chosen is known
};

struct Row {
    PlanLayer layer;
    FormatPtr format;
};

Result<Row> rowOf(const Side& side, const LayerInfo& layer, std::size_t position)
{
    // Nearly always the network's own order.
    const auto& rows = side.plan.layers;
    const PlanLayer* found
        = position < rows.size() && rows[position].layer == layer.name ? &rows[position] : side.plan.find(layer.name);
    if (!found)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("The plan {} has no layer {}: it is of another model.", side.plan.name, layer.name));
    KERF_TRY(FormatPtr format, parseWeightFormat(found->format));
    return Row { *found, std::move(format) };
}

Change changeOf(const ComparedLayer& layer)
{
    if (layer.codeBits[0] != layer.codeBits[1])
        return layer.codeBits[0] < layer.codeBits[1] ? Change::MoreBits : Change::FewerBits;
    if (layer.formats[0] != layer.formats[1])
        return Change::OtherFormat;
    const bool areKnown = !layer.methods[0].empty() && !layer.methods[1].empty();
    return areKnown && layer.methods[0] != layer.methods[1] ? Change::OtherMethod : Change::None;
}

std::optional<Prediction> predictedChange(
    const Profile* profile, std::size_t position, const std::array<Side, 2>& sides, const std::array<Row, 2>& rows)
{
    if (!profile || position >= profile->layers.size() || profile->layers[position].layer != rows[0].layer.layer)
        return std::nullopt;
    std::array<Prediction, 2> found;
    for (std::size_t i = 0; i < 2; ++i) {
        if (rows[i].format->isUnquantized())
            continue;
        const auto prediction = sides[i].isOurs
            ? predictRow(*profile, profile->layers[position], rows[i].layer, sides[i].plan)
            : Result<Prediction>(fail(ErrorCode::InvalidArgument, "made by others"));
        if (!prediction)
            return std::nullopt;
        found[i] = *prediction;
    }
    // Both rest on the layer's one slope: what it leaves open scales their difference.
    return Prediction { found[1].kld - found[0].kld, std::abs(found[1].stderr_ - found[0].stderr_) };
}

void add(ChangeSum& sum, const ComparedLayer& layer)
{
    if (sum.layers++ == 0)
        sum.kld = Prediction {};
    sum.bytes += layer.bytes;
    if (!layer.kld)
        sum.kld.reset();
    else if (sum.kld)
        sum.kld = Prediction { sum.kld->kld + layer.kld->kld, std::hypot(sum.kld->stderr_, layer.kld->stderr_) };
}

void sumUp(PlanComparison& comparison)
{
    for (const Change change : { Change::MoreBits, Change::FewerBits, Change::OtherFormat, Change::OtherMethod }) {
        ChangeSum sum { change };
        for (const ComparedLayer& layer : comparison.layers)
            if (layer.change == change)
                add(sum, layer);
        if (sum.layers > 0)
            comparison.sums.push_back(sum);
    }
    for (const ComparedLayer& layer : comparison.layers)
        if (layer.change != Change::None)
            add(comparison.together, layer);
}

Result<ComparedLayer> compareLayer(const Network& network, const LayerInfo& layer, std::size_t position,
    const std::array<Side, 2>& sides, const Profile* profile)
{
    std::array<Row, 2> rows;
    ComparedLayer change { layer.name, layer.block, layer.role, {}, {} };
    for (std::size_t i = 0; i < 2; ++i) {
        KERF_TRY(rows[i], rowOf(sides[i], layer, position));
        const Format& format = *rows[i].format;
        change.formats[i] = rows[i].layer.format;
        if (!format.isUnquantized() && sides[i].isOurs)
            change.methods[i] = rows[i].layer.method;
        const std::int64_t bytes = layerBytes(network, layer, format);
        change.bits[i] = 8.0 * static_cast<double>(bytes) / static_cast<double>(layer.shape.rows * layer.shape.cols);
        change.codeBits[i] = format.isUnquantized() ? static_cast<int>(std::lround(change.bits[i])) : format.codeBits();
        change.bytes += i == 0 ? -bytes : bytes;
    }
    change.change = changeOf(change);
    if (change.change != Change::None)
        change.kld = predictedChange(profile, position, sides, rows);
    return change;
}

} // namespace

Result<PlanComparison> comparePlans(
    const Network& network, const RunRow& first, const RunRow& second, const Profile* profile)
{
    const std::array sides { Side { planAsCarriedOut(first), !first.origin },
        Side { planAsCarriedOut(second), !second.origin } };
    PlanComparison comparison;
    for (std::size_t i = 0; i < network.layers().size(); ++i) {
        KERF_TRY(ComparedLayer layer, compareLayer(network, network.layers()[i], i, sides, profile));
        comparison.layers.push_back(std::move(layer));
    }
    sumUp(comparison);
    const Plan &before = sides[0].plan, &after = sides[1].plan;
    comparison.cachesDiffer = before.kv != after.kv;
    comparison.transformsDiffer = toJson(before.transforms) != toJson(after.transforms);
    comparison.settingsDiffer
        = sides[0].isOurs && sides[1].isOurs && (before.mode != after.mode || before.settings != after.settings);
    return comparison;
}

const char* changeName(Change change)
{
    constexpr std::array kNames { "more bits", "fewer bits", "other format", "other method", "the same" };
    return kNames[static_cast<std::size_t>(change)];
}

} // namespace kerf::core
