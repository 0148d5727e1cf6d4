// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/decoded_tensor.h"

namespace kerf::core {

/// Weights that were published in a low precision, as the floats that they stand for.
struct LowPrecision {
    std::string name; ///< "FP8 in blocks of 128 × 128"
    std::map<std::string, std::shared_ptr<const DecodedTensor>> tensors; ///< by the name that they are read under
    /// Tensors of fixed steps by which servers round inputs. They are hidden with the codes, and not applied.
    std::vector<std::string> inputSteps {};
};

/// FP8 weights with a float scale for the tensor (weight_scale, or as Mistral calls it weight_scale_inv) or for each
/// block (weight_scale_inv; DeepSeek-V3, Qwen3-FP8; blocks at the edges are smaller), which all multiply: quant_method
/// "fp8". Read as float32. From headers only. Nothing: another method, or no weight is stored so. Errors: BadFile
/// (settings that cannot be read; scales missing or of the wrong shape, scales without codes: named).
Result<std::optional<LowPrecision>> findFloat8Weights(const Checkpoint& checkpoint);
/// Whether QuantizedFolder can hold the FP8 weights of a folder as codes: one scale a tensor, or blocks of 128 × 128
/// that divide all columns.
bool float8FitsCodes(const Checkpoint& checkpoint);
/// Stacked experts in MXFP4 (gpt-oss): "x_blocks" [experts, out, in / 32, 16], two codes a byte, the first in the low
/// half, and "x_scales" [experts, out, in / 32], exponents with bias 127, as "x" [experts, in, out]: quant_method
/// "mxfp4". Read as bfloat16, which holds every such number. Else as findFloat8Weights().
Result<std::optional<LowPrecision>> findMxfp4Experts(const Checkpoint& checkpoint);

/// quantization_config of config.json when it is an object of that quant_method, else null.
Json lowPrecisionSettings(const Checkpoint& checkpoint, std::string_view method);
/// What a person should know of it.
Note lowPrecisionNote(const LowPrecision& found);
/// Reads the scales of all decoded tensors. Errors: BadFile, naming the first that is no number; Cancelled.
Status checkDecodedScales(const Checkpoint& checkpoint, const JobContext& job);

} // namespace kerf::core
