// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

namespace onnx {
class NodeProto;
} // namespace onnx

namespace kerf::core {

/// Makes a node of a local function's body that of one call: attributes that are the call's get its values, and go
/// where it has none; the name begins with the call's.
void fillInCall(const onnx::NodeProto& call, onnx::NodeProto& inside);

} // namespace kerf::core
