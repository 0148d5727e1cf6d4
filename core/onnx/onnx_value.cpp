// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/onnx/onnx_value.h"

#include "core/checkpoint/onnx_file.h"
#include "core/checkpoint/onnx_proto.h"

namespace kerf::core {

OnnxConstant::OnnxConstant(const Checkpoint& checkpoint, const onnx::TensorProto& tensor)
    : m_checkpoint(&checkpoint)
    , m_proto(&tensor)
    , m_tensor(tensor.raw_data())
{
}

OnnxConstant::OnnxConstant(OnnxArray array)
    : m_array(std::move(array))
{
}

Result<const OnnxArray*> OnnxConstant::array() const
{
    if (!m_array) {
        KERF_TRY(m_array, readArray(*m_checkpoint, *m_proto));
    }
    return &*m_array;
}

OnnxValue constantValue(const Checkpoint& checkpoint, const onnx::TensorProto& tensor)
{
    return { onnxElementType(tensor.data_type()).value_or(DType::U8), { tensor.dims().begin(), tensor.dims().end() },
        std::make_shared<const OnnxConstant>(checkpoint, tensor), -1 };
}

OnnxValue constantValue(OnnxArray array)
{
    OnnxValue value { array.type, array.dims, {}, -1 };
    value.constant = std::make_shared<const OnnxConstant>(std::move(array));
    return value;
}

} // namespace kerf::core
