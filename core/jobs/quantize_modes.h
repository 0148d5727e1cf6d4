// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>

#include "core/jobs/layer_maker.h"
#include "core/transform/transform_chain.h"

namespace kerf::core {

/// The metric of a run that holds its ActivationRange; the place is in its settings, as "at".
inline constexpr const char* kActivationMetric = "activation_absmax";

/// Content address of a site's statistics in independent mode. Without a transform that moves the site it is the key
/// that it has without any.
std::string statisticsKey(const StatisticsCache& cache, const std::string& site, const TransformChain& chain);

/// Every layer of the transformed network fitted to the inputs it has when nothing is quantized. `data` is null for a
/// data-free plan. Errors: as LayerMaker::make and calibrate.
Status quantizeIndependent(const Project& project, const TransformChain& chain, Workspace& workspace, RowId model,
    const Dataset* data, LayerMaker& maker, const JobContext& job);

/// Every stage of every block fitted to inputs that come out of the quantized stages and blocks before it
/// ("true sequential"). What is finished is replayed forward only. When a layer's method asks for it, the unquantized
/// blocks run beside, so that the drift of the inputs can be corrected: the hidden states are then held twice.
Status quantizeSequential(const Project& project, const TransformChain& chain, const Dataset& data, const Plan& plan,
    LayerMaker& maker, const JobContext& job);

} // namespace kerf::core
