// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/ranked_runs.h"

#include <cmath>

#include "core/base/random.h"
#include "core/evaluate/student.h"
#include "tests/support/drifting_machine.h"

namespace kerf::test {
namespace {

using namespace kerf::core;

constexpr int kWindows = 16;
constexpr int kLayers = 4;
constexpr LayerShape kShape { 64, 128 };

std::string layerName(int index)
{
    return "layer" + std::to_string(index);
}

std::string kernelName(const char* format)
{
    return productName(parseLayerFormat(format).value(), kShape);
}

} // namespace

RankedRuns::RankedRuns(int sittings)
{
    ModelSpeeds& model = speeds[1];
    for (int i = 0; i < kLayers; ++i)
        model.shapes[layerName(i)] = kShape;
    DriftingMachine machine(
        { { frameName({}), { 20e-6, 0.3 } }, { kernelName("bf16"), { 100e-6, 0.9 } },
            { kernelName("int8-g128"), { 55e-6, 0.7 } }, { kernelName("int4-g128"), { 35e-6, 0.4 } },
            { kernelName("int3-g128"), { 35.1e-6, 0.4 } } },
        0.2, 7);
    std::vector<Sitting> all;
    for (int i = 0; i < sittings; ++i)
        all.push_back(machine.sit(1'000'000 + 600 * i));
    model.table = SpeedTable(all, "a drifting machine", storedTokenWork(model.shapes));
}

void RankedRuns::add(const std::string& name, const std::string& format, double kld, double spread)
{
    RunRow run;
    run.id = static_cast<RowId>(runs.size()) + 1;
    run.model = 1;
    run.name = name;
    run.state = RunState::Done;
    for (int i = 0; i < kLayers; ++i)
        run.plan.layers.push_back({ layerName(i), format, "rtn" });
    Metric metric { "kld_mean", 0, {}, "nats/token", "text", "hash", Json::object() };
    CounterRng text(1), own(2, static_cast<std::uint64_t>(run.id));
    for (int window = 0; window < kWindows; ++window) // windows differ by far more than runs do in one window
        metric.draws.push_back(kld * std::exp(0.8 * text.normal() + spread * own.normal()));
    const Draws draws = drawsOf(metric.draws);
    metric.value = draws.mean;
    metric.standardError = std::sqrt(draws.variance / draws.count);
    run.metrics.push_back(metric);
    const double bits = format == "bf16" ? 16 : format[3] - '0' + 0.125;
    run.metrics.push_back({ "size_bytes", 1e6 * bits, {}, "bytes", "", "", Json::object() });
    run.metrics.push_back({ "bits_per_weight", bits, {}, "bits", "", "", Json::object() });
    runs.push_back(std::move(run));
}

} // namespace kerf::test
