// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/onnx/onnx_array.h"

namespace kerf::core {

/// A constant of a file: its elements are read when something computes with them.
class OnnxConstant {
public:
    OnnxConstant(const Checkpoint& checkpoint, const onnx::TensorProto& tensor);
    explicit OnnxConstant(OnnxArray array);

    /// The tensor of the checkpoint that it is; empty: it was computed.
    const std::string& tensor() const { return m_tensor; }
    /// Errors: BadFile.
    Result<const OnnxArray*> array() const;

private:
    const Checkpoint* m_checkpoint = nullptr;
    const onnx::TensorProto* m_proto = nullptr;
    std::string m_tensor;
    mutable std::optional<OnnxArray> m_array;
};

/// What a name of a file stands for while its graph is read.
struct OnnxValue {
    DType type = DType::F32;
    Shape dims;
    std::shared_ptr<const OnnxConstant> constant; ///< null: it is computed when the network runs
    ValueId value = -1;

    bool isConstant() const { return constant != nullptr; }
};

/// A computed constant.
OnnxValue constantValue(OnnxArray array);
/// One that stands in a file. The arguments must outlive it.
OnnxValue constantValue(const Checkpoint& checkpoint, const onnx::TensorProto& tensor);

} // namespace kerf::core
