// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/format/format.h"

namespace kerf::core {

/// What becomes of a layer's input before it meets the weight's codes (docs/methods.md, "Activations").
enum class ActivationFormat {
    None, ///< float32, as it comes
    Int8Token, ///< a8-token: int8, one scale a token, from the token itself
    Int4Token, ///< a4-token: int4, one scale a token, from the token itself
    Int8Tensor, ///< a8-tensor: int8, one scale a layer, from the largest value that calibration saw
    Fp8Token, ///< afp8-token: float8 E4M3, one scale a token, from the token itself
    Fp8Tensor, ///< afp8-tensor: float8 E4M3, one scale a layer, from the largest value that calibration saw
    NvFp4, ///< anvfp4: E2M1, a float8 scale for 16 values from themselves, over one factor a layer from calibration
    UInt8Tensor, ///< u8-tensor: uint8 with one scale and zero_point a value, from the range that calibration saw
    LlmInt8, ///< llmint8: int8 a token, but columns with a value of 6 or more in float (Dettmers et al., 2208.07339)
};

/// The text behind the plus sign: "a8-token"; empty for None.
std::string_view activationName(ActivationFormat activation);
/// One plain sentence, with the paper's name where there is one.
std::string_view activationSummary(ActivationFormat activation);
/// All but None.
const std::vector<ActivationFormat>& activationFormats();
/// One number of a layer, from calibration, is part of how its inputs are rounded.
bool hasFixedStep(ActivationFormat activation);
/// Products are of integers, not of the rounded inputs' values in float.
bool sumsIntegers(ActivationFormat activation);

/// How a layer is stored and run, as plans, the database and heatmap cells spell it: weight[+activation], for example
/// "int4-g128" or "int8-channel+a8-token".
struct LayerFormat {
    FormatPtr weight;
    ActivationFormat activation = ActivationFormat::None;

    std::string name() const;
    /// One plain sentence for those who choose one: the weight's (Format::summary), and what becomes of inputs.
    std::string summary() const;
    /// Errors: InvalidArgument, in words: the weight's groups do not divide the columns, or so many columns share a
    /// scale that a sum of products could leave 32 bits.
    Status checkShape(const LayerShape& shape) const;
};

/// Errors: InvalidArgument: a part is unknown, or the weight's format has no product with such activations (a4, a8
/// and llmint8 need int8 or int4, u8 any integers, afp8 also takes fp8, anvfp4 needs nvfp4): named, with what can be
/// chosen.
Result<LayerFormat> parseLayerFormat(std::string_view text);
/// The weight's part of it alone, after the whole was checked: for what concerns storage and not how a layer runs.
Result<FormatPtr> parseWeightFormat(std::string_view text);

} // namespace kerf::core
