// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/jobs/layer_sink.h"

namespace kerf::core {

/// The rows of one run of a workspace. Errors: as Workspace.
class RunSink : public LayerSink {
public:
    RunSink(Workspace& workspace, RowId run)
        : m_workspace(workspace)
        , m_run(run)
    {
    }

    Result<std::vector<RunLayerRow>> layers() const override { return m_workspace.runLayers(m_run); }
    Result<std::optional<RunLayerRow>> layer(const std::string& name) const override
    {
        return m_workspace.runLayer(m_run, name);
    }
    Status addLayer(const RunLayerRow& row) override { return m_workspace.addRunLayer(m_run, row); }
    Result<CacheSteps> cacheSteps() const override { return m_workspace.cacheSteps(m_run); }
    Status setCacheSteps(int block, float keyStep, float valueStep) override
    {
        return m_workspace.setCacheSteps(m_run, block, keyStep, valueStep);
    }
    Result<NamedQuantizers> valueQuantizers() const override { return m_workspace.valueQuantizers(m_run); }
    Status setValueQuantizers(const NamedQuantizers& quantizers) override
    {
        return m_workspace.setValueQuantizers(m_run, quantizers);
    }
    Status addArtifact(const std::string& kind, const std::filesystem::path& path, const std::string& hash) override
    {
        return m_workspace.addArtifact(m_run, kind, path, hash);
    }

private:
    Workspace& m_workspace;
    RowId m_run;
};

} // namespace kerf::core
