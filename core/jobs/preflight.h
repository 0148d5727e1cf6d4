// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "core/jobs/layer_sink.h"
#include "core/jobs/project.h"

namespace kerf::core {

/// Every layer of the model is in the plan once, with a format that takes its shape and a method that exists.
/// Errors: InvalidArgument, naming the layer.
Status checkPlan(const Plan& plan, const Network& network);
/// Codes are not quantized again unknowingly. Errors: InvalidArgument (the model is quantized already and
/// Project::requantize is not set).
Status checkMayQuantize(const Project& project);
/// What looks at inputs of layers or at logits. Errors: InvalidArgument (no family fits the model, so that it cannot be
/// run: NetworkInfo::cannotRun).
Status checkCanRun(const Project& project);
/// A model that cannot be run is rounded by its weights alone. Errors: InvalidArgument (it cannot be run, and a text is
/// given, or the plan needs one or has transforms).
Status checkNeedsNoRun(const Project& project, const Plan& plan, bool hasText);
bool planNeedsCalibration(const Plan& plan);
/// Errors: InvalidArgument, when the plan needs a calibration text and there is none.
Status checkCalibration(const Plan& plan, bool hasText);
/// Every float tensor of the checkpoint is finite. Errors: BadFile (tensor and index named), Cancelled.
Status checkWeights(const Project& project, const JobContext& job);
/// Bytes that carrying a plan out still writes to the workspace's folder, with a tenth on top: layers that are not
/// among `finished`, and the statistics of their sites. Errors: as parseWeightFormat.
Result<std::int64_t> spaceNeeded(
    const Project& project, const Plan& plan, const std::set<std::string>& finished, bool withStatistics);
/// What is still to be written fits on the disk. Errors: DiskFull, saying how much is needed and free.
Status checkSpace(const Project& project, const Workspace& workspace, const Plan& plan, const LayerSink& finished,
    bool withStatistics);

} // namespace kerf::core
