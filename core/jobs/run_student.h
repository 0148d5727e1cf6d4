// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>

#include "core/graph/activation_linear.h"
#include "core/jobs/project.h"
#include "core/jobs/run_tensors.h"

namespace kerf::core {

/// What a run runs as, in place of its original.
struct RunStudent {
    ProjectPtr origin; ///< of a checkpoint that was added as a run: that checkpoint, opened; null for all others
    std::shared_ptr<const Network> network; ///< as the run's transforms leave it, or the checkpoint's own
    RunTensors tensors; ///< its codes; run by the same operators whoever made them, equal codes give equal bits
    LayerActivations activations;
    LayerShifts shifts; ///< of a run that corrects biases
    CacheSettings caches;
};

/// Operators that run in place of the layers. Errors: as makeActivationLinear.
inline Result<Replacements> replacementsOf(const RunStudent& student)
{
    return replacementsOf(student.tensors, student.activations, student.shifts);
}

/// The checkpoint that a run stands for. Errors: InvalidArgument (adding it did not end), BadFile (it is gone, or no
/// longer the bytes that were added).
Result<ProjectPtr> openOrigin(const RunRow& run, const JobContext& job);

/// What a layer of the original is called in such a checkpoint: tensors may lack the base model's prefix in one of
/// them.
/// @pre the two have the same layers
const std::string& nameInOrigin(const Network& original, const Network& origin, const std::string& layer);

/// Errors: InvalidArgument (not finished), BadFile, as openOrigin.
Result<RunStudent> loadStudent(
    const Project& project, const Workspace& workspace, const RunRow& run, const JobContext& job);

} // namespace kerf::core
