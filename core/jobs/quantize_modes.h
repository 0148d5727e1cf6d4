// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>

#include "core/jobs/layer_maker.h"

namespace kerf::core {

/// Every layer fitted to the inputs of the original model. `data` is null for a data-free plan.
/// Errors: as LayerMaker::make and calibrate.
Status quantizeIndependent(const Project& project, Workspace& workspace, RowId model, const Dataset* data,
    LayerMaker& maker, const JobContext& job);

/// Every stage of every block fitted to inputs that come out of the quantized stages and blocks before it
/// ("true sequential"). What is finished is replayed forward only.
Status quantizeSequential(const Project& project, const Dataset& data, LayerMaker& maker, const JobContext& job);

} // namespace kerf::core
