// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/base/hash.h"
#include "core/jobs/quantize_modes.h"

namespace kerf::core {

Status quantizeIndependent(const Project& project, Workspace& workspace, RowId model, const Dataset* data,
    LayerMaker& maker, const JobContext& job)
{
    const Network& network = *project.model.network;
    std::optional<StatisticsCache> cache;
    if (data) {
        KERF_TRY(cache, StatisticsCache::open(workspace.arraysFolder() / "statistics", project.modelHash, data->hash));
        KERF_CHECK(calibrate(network, *data, *cache, job));
        KERF_TRY(const RowId dataset, workspace.addDataset(*data));
        KERF_CHECK(workspace.addStatistics(model, dataset, cache->key()));
    }
    std::string site;
    std::unique_ptr<SiteWork> work; // of the site whose layers are at hand
    for (const LayerInfo& layer : network.layers()) {
        LayerInputs inputs;
        inputs.statisticsKey = cache ? Hasher().add(cache->key()).add(layer.site).hex() : std::string();
        inputs.weight = [&] { return network.layerWeight(layer.name); };
        inputs.site = [&]() -> Result<SiteWork*> {
            if (!cache)
                return nullptr;
            if (!work || site != layer.site) {
                work.reset();
                KERF_TRY(SiteStatistics statistics, cache->load(layer.site));
                work = std::make_unique<SiteWork>(std::move(statistics));
                site = layer.site;
            }
            return work.get();
        };
        KERF_CHECK(maker.make(layer, inputs));
    }
    return {};
}

} // namespace kerf::core
