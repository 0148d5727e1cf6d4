// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/base/hash.h"
#include "core/jobs/quantize_modes.h"
#include "core/jobs/statistics_folder.h"
#include "core/jobs/transformed.h"

namespace kerf::core {
std::string statisticsKey(const StatisticsCache& cache, const std::string& site, const TransformChain& chain)
{
    Hasher hasher;
    hasher.add(cache.key()).add(site);
    if (const std::string moved = chain.siteKey(site); !moved.empty())
        hasher.add(moved);
    return hasher.hex();
}

Status quantizeIndependent(const Project& project, const TransformChain& chain, Workspace& workspace, RowId model,
    const Dataset* data, LayerMaker& maker, const JobContext& job)
{
    const Network& network = *chain.network();
    std::optional<StatisticsCache> cache;
    if (data) {
        KERF_TRY(cache, openStatistics(workspace, project.modelHash, data->hash));
        KERF_CHECK(calibrate(*project.model.network, *data, *cache, job));
        KERF_TRY(const RowId dataset, workspace.addDataset(*data));
        KERF_CHECK(workspace.addStatistics(model, dataset, cache->key()));
    }
    LastSite sites(
        [&](const std::string& site) { return movedStatistics(chain, workspace, *cache, *data, site, job); });
    for (const LayerInfo& layer : network.layers()) {
        LayerInputs inputs;
        inputs.statisticsKey = cache ? statisticsKey(*cache, layer.site, chain) : std::string();
        inputs.weight = [&] { return network.layerWeight(layer.name); };
        inputs.site = [&]() -> Result<SiteWork*> {
            if (!cache)
                return nullptr;
            return sites.at(layer.site);
        };
        KERF_CHECK(maker.make(layer, inputs));
    }
    return {};
}

} // namespace kerf::core
