// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/jobs/layer_sink.h"

namespace kerf::core {

/// Notes kept in memory: of a plan that is only measured. Its layers lie in the artifacts all the same, so a trial that
/// is started again finds them.
class TrialSink : public LayerSink {
public:
    Result<std::vector<RunLayerRow>> layers() const override
    {
        std::vector<RunLayerRow> rows;
        for (const auto& [name, row] : m_layers)
            rows.push_back(row);
        return rows;
    }
    Result<std::optional<RunLayerRow>> layer(const std::string& name) const override
    {
        const auto found = m_layers.find(name);
        return found == m_layers.end() ? std::nullopt : std::optional(found->second);
    }
    Status addLayer(const RunLayerRow& row) override
    {
        m_layers[row.report.layer] = row;
        return {};
    }
    Result<CacheSteps> cacheSteps() const override { return m_steps; }
    Status setCacheSteps(int block, float keyStep, float valueStep) override
    {
        m_steps[block] = { keyStep, valueStep };
        return {};
    }
    Result<NamedQuantizers> valueQuantizers() const override { return m_values; }
    Status setValueQuantizers(const NamedQuantizers& quantizers) override
    {
        m_values = quantizers;
        return {};
    }
    Status addArtifact(const std::string&, const std::filesystem::path&, const std::string&) override { return {}; }

private:
    std::map<std::string, RunLayerRow> m_layers;
    CacheSteps m_steps;
    NamedQuantizers m_values;
};

} // namespace kerf::core
