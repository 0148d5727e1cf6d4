// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "core/checkpoint/onnx_proto.h"
#include "core/onnx/onnx_value.h"

namespace kerf::core {

/// What an operator on integers computes, as plain operators between DequantizeLinear and QuantizeLinear: those of the
/// standard (QLinearConv, QLinearMatMul, MatMulInteger, ConvInteger) and onnxruntime's (com.microsoft; docs/
/// ContribOperators.md of microsoft/onnxruntime). Sums of products are float32 here: codes may differ by one where a
/// number lies between two. Of DynamicQuantizeLSTM an LSTM of kPrivateDomain, which rounds its state. Inputs that the
/// node leaves out have no name inside. Nothing: another operator. Errors: BadFile, a sentence without the node: an
/// attribute that is not known.
/// @param inputs Null: left out.
Result<std::optional<onnx::FunctionProto>> onnxCompound(
    const onnx::NodeProto& node, std::span<const OnnxValue* const> inputs);

/// Of operators that stand in no file: what compounds are made of where the standard has nothing.
inline constexpr std::string_view kPrivateDomain = "kerf.internal";

} // namespace kerf::core
