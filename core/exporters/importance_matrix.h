// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/result.h"
#include "core/calibrate/statistics.h"
#include "core/exporters/exporter.h"
#include "core/model/network.h"

namespace kerf::core {

struct ImportanceReport {
    std::filesystem::path file;
    int layers = 0; ///< tensors of llama.cpp's: the experts of a block are one
    std::vector<std::string> left; ///< layers that llama.cpp has no name for
};

/// Whether one can be written there. Errors: as writeImportanceMatrix.
Status checkImportance(const Network& network, const std::filesystem::path& file);

/// Writes what llama-imatrix measures, for llama-quantize --imatrix: a GGUF file that holds, for each layer, the sum of
/// the squares of each of its inputs over the text's tokens and how many tokens these were (ggml-org/llama.cpp,
/// tools/imatrix). Both follow from the Hessian's diagonal, H = 2 / tokens * sum of x xᵀ. Nothing is overwritten.
/// Errors: InvalidArgument (a family that llama.cpp's names are not known for; the file exists), Io, DiskFull,
/// Cancelled.
Result<ImportanceReport> writeImportanceMatrix(const Network& network, const StatisticsCache& statistics,
    const CalibrationText& text, const std::filesystem::path& file, const JobContext& job);

} // namespace kerf::core
