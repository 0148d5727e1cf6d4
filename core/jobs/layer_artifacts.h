// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "core/base/job_context.h"
#include "core/jobs/artifact_store.h"
#include "core/quantize/layer_solver.h"

namespace kerf::core {

/// Where one layer's inputs come from; each is asked for only when it is needed.
struct LayerInputs {
    std::string statisticsKey; ///< content address of the statistics; empty: data-free
    std::function<Result<Matrix>()> weight;
    std::function<Result<SiteWork*>()> site; ///< may give null: data-free
};

/// Content address of a quantized layer: the hash of everything that decides it, every setting of its method with its
/// value among it. The artifact is the weight's alone: what is done to activations is no part of it.
std::string artifactKey(const LayerTask& task, const Matrix& weight, const std::string& statisticsKey);

/// The quantized layers that all runs of a workspace share.
class LayerArtifacts {
public:
    explicit LayerArtifacts(const std::filesystem::path& arraysFolder)
        : m_store(arraysFolder)
    {
    }

    struct Layer {
        std::string key;
        LayerResult result;
        bool isReused = false;
    };
    /// The layer from what is on disk, or solved and put there (atomically) before this returns. The report's seconds
    /// are those that it took. Errors: those of the inputs, solveLayer and ArtifactStore::store.
    Result<Layer> obtain(const LayerTask& task, const LayerInputs& inputs, const JobContext& job) const;

    /// An artifact that is on disk and whole; a damaged one is logged and counts as none.
    std::optional<LayerResult> find(const std::string& key, const JobContext& job) const;

private:
    ArtifactStore m_store;
};

} // namespace kerf::core
