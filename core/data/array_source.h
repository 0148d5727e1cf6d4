// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "core/data/sample_source.h"

namespace kerf::core {

/// What stored numbers become: (value * scale - mean) / std.
struct ArrayScale {
    double scale = 1, mean = 0, std = 1;
};

/// Samples of a .safetensors file. Each of a model's inputs is a tensor of its name; of a model with one input it may
/// also be `images`, `inputs`, `input` or `x`. The first dimension counts samples, the others fit the input's, or have
/// as many numbers (an image of [8, 8] for [1, 8, 8]: noted). `labels` are whole numbers, one a sample (classes); or
/// floats (targets). What it has beyond is named in info().notes.
/// @param inputs the model's, sizes without the batch; -1: open
/// @param scale  of all inputs; nothing: numbers as they are, and whole numbers are refused: what does 255 stand for?
/// Errors: BadFile (no tensor for an input; another shape; tensors of different numbers of samples; another dtype;
/// labels below 0), InvalidArgument (whole numbers without a scale).
Result<SampleSourcePtr> openArrays(const std::filesystem::path& file, const std::vector<SampleInput>& inputs,
    const std::optional<ArrayScale>& scale = std::nullopt);

} // namespace kerf::core
