// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/transformed.h"

#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "core/base/version.h"
#include "core/format/layer_format.h"
#include "core/jobs/statistics_folder.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

ChainInputs chainInputs(const Project& project, const Plan& plan, const std::string& datasetHash, int engineVersion)
{
    ChainInputs inputs { project.model.network, project.modelHash, plan.transforms, {}, datasetHash, engineVersion };
    for (const PlanLayer& layer : plan.layers) {
        const auto format = parseWeightFormat(layer.format);
        if (format && !(*format)->isUnquantized())
            inputs.formats[layer.layer] = layer.format;
    }
    return inputs;
}

fs::path factorsFile(const Workspace& workspace, const ChainInputs& inputs)
{
    return workspace.arraysFolder() / "transforms" / (TransformChain::keyOf(inputs) + ".safetensors");
}

TransformChain::Measured measuring(const Workspace& workspace, const Dataset& data, const JobContext& job)
{
    return [&workspace, &data, job](
               const Network& network, const std::string& key, const std::string& site) -> Result<SiteStatistics> {
        KERF_TRY(const StatisticsCache cache, openStatistics(workspace, key, data.hash));
        KERF_CHECK(calibrate(network, data, cache, job));
        return cache.load(site);
    };
}

Result<TransformChain> fitChain(
    const Project& project, Workspace& workspace, const ChainInputs& inputs, const Dataset* data, const JobContext& job)
{
    std::optional<StatisticsCache> cache;
    const auto statistics = [&](const std::string& site) -> Result<SiteStatistics> {
        if (!cache) {
            KERF_TRY(cache, openStatistics(workspace, project.modelHash, data->hash));
            KERF_CHECK(calibrate(*project.model.network, *data, *cache, job));
        }
        return cache->load(site);
    };
    const Dataset none;
    return TransformChain::fit(inputs, data, statistics, measuring(workspace, data ? *data : none, job), job);
}

} // namespace

Result<TransformChain> makeChain(const Project& project, Workspace& workspace, LayerSink& sink, const Plan& plan,
    const Dataset* data, const JobContext& job)
{
    const ChainInputs inputs = chainInputs(project, plan, data ? data->hash : std::string(), kEngineVersion);
    if (plan.transforms.empty())
        return TransformChain::load(inputs, {});
    const fs::path file = factorsFile(workspace, inputs);
    std::error_code error;
    if (fs::exists(file, error)) {
        if (auto chain = TransformChain::load(inputs, file))
            return chain;
        else
            job.log(LogLevel::Warning, chain.error().message);
    }
    KERF_TRY(TransformChain chain, fitChain(project, workspace, inputs, data, job));
    KERF_TRY(const std::string hash, chain.store(file));
    KERF_CHECK(sink.addArtifact("transforms", file, hash));
    for (const TransformFactors& factors : chain.factors())
        for (const TransformNote& note : factors.notes)
            job.log(LogLevel::Info, fmt::format("{}: {}: {}", factors.name, note.site, note.text));
    return chain;
}

Result<SiteStatistics> movedStatistics(const TransformChain& chain, const Workspace& workspace,
    const StatisticsCache& original, const Dataset& data, const std::string& site, const JobContext& job)
{
    KERF_TRY(SiteStatistics statistics, original.load(site));
    KERF_CHECK(chain.moveStatistics(site, statistics, measuring(workspace, data, job)));
    return statistics;
}

Result<TransformChain> loadRunChain(const Project& project, const Workspace& workspace, RowId run)
{
    KERF_TRY(const RunRow row, workspace.run(std::to_string(run)));
    int engineVersion = kEngineVersion;
    const std::string& text = row.provenance.engineVersion;
    std::from_chars(text.data(), text.data() + text.size(), engineVersion);
    const ChainInputs inputs = chainInputs(project, row.plan, row.provenance.datasetHash, engineVersion);
    if (row.plan.transforms.empty())
        return TransformChain::load(inputs, {});
    auto chain = TransformChain::load(inputs, factorsFile(workspace, inputs));
    if (!chain)
        return fail(chain.error().code,
            fmt::format("The transforms of run {} ({}) cannot be read: {} Quantize again; only what is missing is "
                        "redone.",
                row.id, row.name, chain.error().message));
    return chain;
}

} // namespace kerf::core
