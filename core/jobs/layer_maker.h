// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/base/job_context.h"
#include "core/jobs/layer_artifacts.h"
#include "core/jobs/layer_sink.h"
#include "core/jobs/project.h"
#include "core/workspace/workspace.h"

namespace kerf::core {

/// Makes the layers of one plan one after another: takes what is finished, reuses what a run made from the same inputs,
/// quantizes the rest. A layer is on disk (atomically) before it is noted in the sink.
class LayerMaker {
public:
    LayerMaker(
        const Network& network, const Workspace& workspace, LayerSink& sink, const Plan& plan, const JobContext& job);

    struct Made {
        std::shared_ptr<const QuantizedTensor> tensor; ///< null: the layer stays as it is stored
        Vector shift; ///< LayerResult's, where the plan corrects biases
    };
    /// The quantized layer. Errors: Cancelled, Numerical, DiskFull, Io, BadFile.
    Result<Made> make(const LayerInfo& layer, const LayerInputs& inputs);

    int done() const { return m_done; }
    int reused() const { return m_reused; }
    /// Layers that the sink did not have before, reused ones among them.
    int added() const { return m_added; }
    /// Layers of experts that calibration hardly saw: told once for all, by the job.
    int underCovered() const { return m_underCovered; }

private:
    Result<Made> keep(const LayerInfo& layer, const Format& format);
    /// Nothing: it is not on disk, or lacks the correction that is wanted.
    std::optional<Made> finished(const std::string& layer, bool corrects);
    void tell(const LayerReport& report); ///< in the log
    bool corrects(const LayerInfo& layer, const LayerInputs& inputs) const;

    const Network& m_network; ///< as the plan's transforms leave it
    LayerSink& m_sink;
    const Plan& m_plan;
    std::string m_commonest; ///< format of the plan, which layers that stay as stored could not take
    const JobContext& m_job;
    LayerArtifacts m_artifacts;
    int m_done = 0;
    int m_reused = 0;
    int m_added = 0;
    int m_underCovered = 0;
};

} // namespace kerf::core
