// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/onnx/onnx_array.h"
#include "core/onnx/onnx_codes.h"

namespace kerf::core {

/// A constant of a file: its elements are read when something computes with them.
class OnnxConstant {
public:
    OnnxConstant(const Checkpoint& checkpoint, const onnx::TensorProto& tensor);
    explicit OnnxConstant(OnnxArray array);
    OnnxConstant(Shape dims, std::shared_ptr<const OnnxCodes> codes);

    /// The tensor of the checkpoint that it is; empty: it was computed.
    const std::string& tensor() const { return m_tensor; }
    /// What a layer or parameter of it is called: the tensor that it is or that its codes lie in; empty: it has none.
    std::string name() const;
    /// The codes that its numbers stand in the file as; null: they are numbers there.
    const std::shared_ptr<const OnnxCodes>& codes() const { return m_codes; }
    /// TensorProto::DataType of the file; 0: it was computed.
    int fileType() const;
    /// Errors: BadFile.
    Result<const OnnxArray*> array() const;
    /// The same, not kept. Errors: BadFile.
    Result<OnnxArray> copy() const;

private:
    const Checkpoint* m_checkpoint = nullptr;
    const onnx::TensorProto* m_proto = nullptr;
    std::string m_tensor;
    Shape m_dims; ///< of codes
    std::shared_ptr<const OnnxCodes> m_codes;
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
/// Numbers that stand as codes in a file. @pre as many as the dimensions say
OnnxValue constantValue(Shape dims, std::shared_ptr<const OnnxCodes> codes);
/// One that stands in a file. The arguments must outlive it.
OnnxValue constantValue(const Checkpoint& checkpoint, const onnx::TensorProto& tensor);

} // namespace kerf::core
