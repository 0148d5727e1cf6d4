// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/runs/run_summary.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/evaluate/pareto.h"
#include "core/format/layer_format.h"
#include "ui/plan/plan_text.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

Measured measured(const core::RunRow& run, const char* name)
{
    const core::Metric* metric = run.metric(name);
    return metric ? Measured { metric->value, metric->standardError } : Measured {};
}

bool isOriginal(const core::Plan& plan)
{
    return std::all_of(plan.layers.begin(), plan.layers.end(), [](const core::PlanLayer& layer) {
        const auto format = core::parseWeightFormat(layer.format);
        return format && (*format)->isUnquantized();
    });
}

} // namespace

std::vector<RunSummary> summarizeRuns(const std::vector<core::RunRow>& runs, const core::Network& network,
    std::int64_t otherBytes, const core::Profile* profile)
{
    std::vector<RunSummary> all;
    for (const core::RunRow& run : runs) {
        RunSummary each;
        each.id = run.id;
        each.name = toQt(run.name);
        each.state = run.state;
        each.created = toQt(run.created);
        each.error = toQt(run.error);
        each.settings = planText(run.plan);
        each.layersDone = run.layersDone;
        each.layersTotal = run.layersTotal;
        const core::PlanSize size = core::planSize(run.plan, network, otherBytes);
        each.bitsPerWeight = size.bitsPerWeight;
        each.sizeBytes = static_cast<double>(size.sizeBytes);
        each.isOriginal = isOriginal(run.plan);
        each.perplexity = measured(run, "perplexity");
        each.kld = measured(run, "kld_mean");
        each.sameTop1 = measured(run, "same_top1");
        each.prefill = measured(run, "prefill_tokens_per_second");
        each.decode = measured(run, "decode_tokens_per_second");
        if (const auto predicted = profile ? core::predictPlan(*profile, run.plan) : std::nullopt)
            each.predictedKld = predicted->kld;
        all.push_back(std::move(each));
    }
    const bool speeds = std::all_of(
        all.begin(), all.end(), [](const RunSummary& run) { return !run.kld.known() || run.decode.known(); });
    std::vector<double> x, y;
    for (const RunSummary& run : all) {
        x.push_back(speeds ? run.decode.value : -run.sizeBytes);
        y.push_back(run.kld.value);
    }
    for (const std::size_t at : core::paretoFront(x, y))
        all[at].onFront = true;
    return all;
}

} // namespace kerf::ui
