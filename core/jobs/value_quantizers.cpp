// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/value_quantizers.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/calibrate/value_ranges.h"
#include "core/graph/ops/round_value.h"
#include "core/plan/value_placement.h"

namespace kerf::core {

Status storeValueQuantizers(const Network& network, LayerSink& sink, const Plan& plan,
    const std::function<Result<Replacements>()>& replacements, const Dataset* data, const JobContext& job)
{
    const std::vector<RoundedValue> rounded = valuesRoundedBetween(network, plan);
    KERF_TRY(const NamedQuantizers known, sink.valueQuantizers());
    if (std::ranges::all_of(rounded, [&](const RoundedValue& value) { return known.contains(value.name); }))
        return {};
    if (!data)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: values between layers are rounded to unsigned bytes over the range that calibration saw. "
                        "Give calibration data.",
                plan.name));
    std::vector<ValueId> measured;
    for (const RoundedValue& value : rounded)
        if (value.layer.empty() && value.follows < 0)
            measured.push_back(value.value);
    std::map<ValueId, ValueRange> ranges;
    if (!measured.empty()) {
        KERF_TRY(const Replacements layers, replacements());
        KERF_TRY(ranges, measureValueRanges(network, measured, layers, *data, job));
    }
    std::map<ValueId, ValueQuantizer> chosen;
    NamedQuantizers named;
    for (const RoundedValue& value : rounded) {
        ValueQuantizer& quantizer = chosen[value.value];
        if (!value.layer.empty()) {
            KERF_TRY(const std::optional<RunLayerRow> row, sink.layer(value.layer));
            if (!row)
                return fail(ErrorCode::Internal, fmt::format("{} is not finished.", value.layer));
            quantizer = { row->activationStep, row->activationZero };
        } else if (const auto followed = chosen.find(value.follows); followed != chosen.end()) {
            quantizer = followed->second;
        } else {
            KERF_TRY(quantizer, quantizerOf(ranges.at(value.value), plan.observer, value.name));
        }
        named[value.name] = quantizer;
    }
    return sink.setValueQuantizers(named);
}

Result<ValueQuantizers> quantizersIn(const Network& network, const NamedQuantizers& quantizers)
{
    std::map<std::string, ValueId> byName;
    const std::vector<Value>& values = network.graph().values();
    for (std::size_t i = 0; i < values.size(); ++i)
        if (!values[i].name.empty())
            byName.emplace(values[i].name, static_cast<ValueId>(i));
    ValueQuantizers found;
    for (const auto& [name, quantizer] : quantizers) {
        const auto value = byName.find(name);
        if (value == byName.end())
            return fail(ErrorCode::BadFile,
                fmt::format("The run rounds the value \"{}\", which the model does not have. Quantize again.", name));
        found[value->second] = quantizer;
    }
    return found;
}

Result<std::shared_ptr<const Network>> withRoundedValues(
    std::shared_ptr<const Network> network, const NamedQuantizers& quantizers)
{
    if (quantizers.empty())
        return network;
    KERF_TRY(const ValueQuantizers values, quantizersIn(*network, quantizers));
    std::vector<InsertedOp> inserted;
    for (const auto& [value, quantizer] : values)
        inserted.push_back({ value, &roundValueOp(), quantizer });
    return network->inserted(inserted);
}

} // namespace kerf::core
