// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/carry_out.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/calibrate/cache_range.h"
#include "core/graph/shifted_linear.h"
#include "core/jobs/layer_maker.h"
#include "core/jobs/preflight.h"
#include "core/jobs/quantize_modes.h"
#include "core/jobs/run_tensors.h"
#include "core/jobs/transformed.h"
#include "core/jobs/trial_sink.h"
#include "core/jobs/value_quantizers.h"

namespace kerf::core {
namespace {

/// The fixed steps of the plan's cache formats that have some, unless what goes on has them.
Status storeCacheSteps(
    const Network& network, LayerSink& sink, const Plan& plan, const Dataset* data, const JobContext& job)
{
    KERF_TRY(const CacheSettings settings, cacheSettings(plan, network));
    const auto fixed = [](const CacheSetting& setting) { return setting.format->hasFixedStep(); };
    KERF_TRY(const LayerSink::CacheSteps known, sink.cacheSteps());
    if (static_cast<std::ptrdiff_t>(known.size()) == std::ranges::count_if(settings, fixed))
        return {};
    KERF_TRY(const std::vector<CacheRange> ranges, measureCacheRanges(network, data ? *data : Dataset {}, job));
    for (std::size_t block = 0; block < settings.size(); ++block) {
        if (!fixed(settings[block]))
            continue;
        const CacheFormat& format = *settings[block].format;
        KERF_CHECK(sink.setCacheSteps(static_cast<int>(block), format.fixedStepFor(ranges[block].keys),
            format.fixedStepFor(ranges[block].values)));
    }
    return {};
}

Result<Replacements> replacementsOf(const Workspace& workspace, const LayerSink& sink, bool corrects)
{
    const ArtifactStore store(workspace.arraysFolder());
    KERF_TRY(const std::vector<RunLayerRow> rows, sink.layers());
    Replacements replacements;
    for (const RunLayerRow& row : rows) {
        if (row.artifactKey.empty())
            continue;
        KERF_TRY(LayerResult stored, store.load(row.artifactKey));
        KERF_TRY(const LayerFormat format, parseLayerFormat(row.report.format));
        KERF_TRY(LinearPtr linear,
            makeActivationLinear(std::make_shared<const QuantizedTensor>(std::move(stored.tensor)),
                { format.activation, row.activationStep, row.activationZero }));
        const bool isShifted = corrects && stored.shift.size() > 0;
        replacements[row.report.layer]
            = isShifted ? makeShiftedLinear(linear, std::move(stored.shift)) : std::move(linear);
    }
    return replacements;
}

} // namespace

Result<CarryOutReport> carryOut(const Project& project, Workspace& workspace, RowId model, const Plan& plan,
    const Dataset* data, LayerSink& sink, const JobContext& job)
{
    const bool sequential = plan.mode == QuantizeMode::Sequential;
    KERF_CHECK(checkSpace(project, workspace, plan, sink, data && !sequential));
    CarryOutReport report;
    KERF_TRY(report.chain, makeChain(project, workspace, sink, plan, data, job));
    KERF_CHECK(storeCacheSteps(*report.chain.network(), sink, plan, data, job));
    LayerMaker maker(*report.chain.network(), workspace, sink, plan, job);
    if (sequential)
        KERF_CHECK(quantizeSequential(project, report.chain, *data, plan, maker, job));
    else
        KERF_CHECK(quantizeIndependent(project, report.chain, workspace, model, data, maker, job));
    const auto quantized = [&] { return replacementsOf(workspace, sink, plan.settings.flag(kBiasCorrection)); };
    KERF_CHECK(storeValueQuantizers(*report.chain.network(), sink, plan, quantized, data, job));
    const auto count = static_cast<std::int64_t>(plan.layers.size());
    job.progress({ "Quantizing", count, count, "layers" });
    if (maker.reused() > 0)
        job.log(LogLevel::Info, fmt::format("{} layers were taken over from earlier runs.", maker.reused()));
    if (maker.underCovered() > 0)
        job.log(LogLevel::Warning,
            fmt::format(
                "{} layers belong to experts that too few calibration tokens came to, and were rounded to nearest. "
                "Give more text, or let all experts see all tokens (--all-experts).",
                maker.underCovered()));
    report.added = maker.added();
    return report;
}

Result<Trial> carryOutTrial(
    const Project& project, Workspace& workspace, const Plan& plan, const Dataset* data, const JobContext& job)
{
    KERF_CHECK(checkPlan(plan, *project.model.network));
    KERF_CHECK(checkCalibration(plan, data != nullptr));
    KERF_TRY(const RowId model, registerModel(project, workspace));
    TrialSink sink;
    KERF_TRY(const CarryOutReport done, carryOut(project, workspace, model, plan, data, sink, job));
    Trial trial { done.chain.network(), {}, {} };
    KERF_TRY(trial.replacements, replacementsOf(workspace, sink, plan.settings.flag(kBiasCorrection)));
    KERF_TRY(const LayerSink::CacheSteps steps, sink.cacheSteps());
    KERF_TRY(trial.caches, cacheSettingsWith(plan, *trial.network, steps));
    KERF_TRY(const NamedQuantizers values, sink.valueQuantizers());
    KERF_TRY(trial.network, withRoundedValues(trial.network, values));
    return trial;
}

} // namespace kerf::core
