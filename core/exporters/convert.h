// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/result.h"
#include "core/exporters/exporter.h"
#include "core/model/model.h"

namespace kerf::core {

struct ConvertOptions {
    bool roundScales = false; ///< scales that the target cannot hold become the nearest float16 numbers
};

struct Conversion {
    ExportReport report;
    std::string from; ///< "gptq, 14 layers in int4-g64"
    /// |written - source| / |source| of the weights of each layer; 0 where the codes were kept.
    std::map<std::string, double> errors;
    std::vector<std::string> floats {}; ///< layers that the target got as floats, for want of a type for their codes
};
/// "the weights of all 14 layers are those of the source, bit for bit", or what became of them.
std::string keptText(const Conversion& conversion);

/// Whether a model has codes, or is a GGUF file: FP8 weights that were opened as the floats they stand for are codes
/// here.
bool hasCodes(const Model& model);

/// Writes a quantized model, or a GGUF file, as another target (or a float model as GGUF): its codes, scales and zero
/// points bit for bit, not quantized again. A GGUF file gets 4- and 5-bit types with the integers' own codes where it
/// has one, and 16-bit floats for other layers; the target "hf" the numbers that codes stand for: what that adds is in
/// Conversion::errors. Asymmetric layers whose zero points all are the middle code count as symmetric; q4_0, q5_0 and
/// q8_0 as integers in groups of 32 where the target is another. Memory: one layer. Errors: InvalidArgument (nothing to
/// convert; layers that the target cannot hold, with the reason; `out` exists), BadFile, Io, DiskFull, Cancelled;
/// nothing is left behind.
Result<Conversion> convertModel(const Model& model, const Exporter& target, const ConvertOptions& options,
    const std::filesystem::path& out, const JobContext& job);

} // namespace kerf::core
