// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>

#include "core/jobs/layer_sink.h"
#include "core/jobs/quantize_job.h"
#include "core/transform/transform_chain.h"

namespace kerf::core {

/// How a plan was carried out.
struct CarryOutReport {
    TransformChain chain;
    int added = 0; ///< layers that the sink did not have before
};

/// Makes every layer of a plan that the sink does not have, in the plan's mode. `data` is null for a data-free plan.
/// Errors: as runQuantize.
Result<CarryOutReport> carryOut(const Project& project, Workspace& workspace, RowId model, const Plan& plan,
    const Dataset* data, LayerSink& sink, const JobContext& job);

/// What runs in place of the original when a plan is tried.
struct Trial {
    std::shared_ptr<const Network> network; ///< as the plan's transforms leave it
    Replacements replacements;
    CacheSettings caches;
};

/// Carries a plan out to measure it, and leaves nothing that a person can see: no run is made, gone on with or deleted.
/// Layers come from the artifacts that runs share and go there, so a trial that is started again goes on, and a run of
/// the same plan finds them. `data` is null for a data-free plan. Whoever tries several plans reads the text and checks
/// the weights (checkWeights) once, before the first. Errors: as runQuantize.
Result<Trial> carryOutTrial(
    const Project& project, Workspace& workspace, const Plan& plan, const Dataset* data, const JobContext& job);

} // namespace kerf::core
