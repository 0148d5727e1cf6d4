// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/base/job_context.h"
#include "core/base/result.h"
#include "core/jobs/project.h"

namespace kerf::core {

/// The model is given pictures or other numbers, not texts: a network from an ONNX file.
bool readsSamples(const Project& project);

/// Samples for such a model. `choice.files`: one .safetensors file of arrays, one folder of pictures, or a .wav file or
/// a folder of them (recorded_samples.h), and maybe the preprocess.json that says how they become numbers; without, one
/// in that folder, one beside the model, the model's preprocessor_config.json, or what the shape of its input suggests,
/// which is told. `choice.samples` of them (0: all) are drawn by `choice.sampleSeed` (0 without). Errors: those of the
/// sources (core/data); InvalidArgument: files of another kind, more than one, a model with several inputs given
/// pictures.
Result<Dataset> loadSamples(const Project& project, const DataChoice& choice, const JobContext& job);

} // namespace kerf::core
