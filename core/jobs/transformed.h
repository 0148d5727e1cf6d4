// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/jobs/layer_sink.h"
#include "core/jobs/project.h"
#include "core/plan/plan.h"
#include "core/transform/transform_chain.h"
#include "core/workspace/workspace.h"

namespace kerf::core {

/// Fits a plan's transforms, or takes the factors that an earlier run of the same plan stored. They are written to the
/// arrays folder under their key and noted in the sink. Statistics are calibrated (or found) when they are needed.
/// Errors: as TransformChain::fit.
Result<TransformChain> makeChain(const Project& project, Workspace& workspace, LayerSink& sink, const Plan& plan,
    const Dataset* data, const JobContext& job);

/// Statistics of a site as the chain leaves them, from those of the original model. Errors: as calibrate, Numerical.
Result<SiteStatistics> movedStatistics(const TransformChain& chain, const Workspace& workspace,
    const StatisticsCache& original, const Dataset& data, const std::string& site, const JobContext& job);

/// The chain of a run that is done. Errors: BadFile (the factors are gone or damaged: named).
Result<TransformChain> loadRunChain(const Project& project, const Workspace& workspace, RowId run);

} // namespace kerf::core
