// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/jobs/project.h"
#include "core/jobs/run_tensors.h"

namespace kerf::core {

/// A finished run as far as its weights go, layer by layer, whoever made it.
class RunWeights {
public:
    /// Errors: InvalidArgument (not finished), BadFile (damaged, gone: named), Cancelled.
    static Result<RunWeights> open(const Project& project, const Workspace& workspace, RowId id, const JobContext& job);

    const RunRow& run() const { return m_run; }
    std::string format(const std::string& layer) const { return m_run.plan.find(layer)->format; }
    /// Norms and biases are not the original's: its weights were rescaled or rotated by others, and no single layer has
    /// an error to the original.
    bool isRescaled() const { return m_run.origin && m_run.origin->changedVectors > 0; }
    /// What the weights are before they are rounded: the same text for two runs that round the same.
    std::string basis() const;

    /// Nothing where the layer is kept as floats.
    Result<std::optional<QuantizedTensor>> codes(const std::string& layer) const;
    /// The weight that the run computes with. `codes` are those of the layer.
    Result<Matrix> weight(const std::string& layer, const std::optional<QuantizedTensor>& codes) const;
    /// The weight before it was rounded, as the run's transforms leave it. @pre not isRescaled()
    Result<Matrix> original(const std::string& layer) const;

private:
    explicit RunWeights(const Project& project)
        : m_project(&project)
    {
    }
    const std::string& nameHere(const std::string& layer) const;

    const Project* m_project;
    RunRow m_run;
    ProjectPtr m_origin; ///< of a checkpoint that was added
    std::shared_ptr<const Network> m_network; ///< of all others
    std::optional<RunLayers> m_layers; ///< likewise
};

} // namespace kerf::core
