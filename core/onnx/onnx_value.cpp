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

OnnxConstant::OnnxConstant(Shape dims, std::shared_ptr<const OnnxCodes> codes)
    : m_dims(std::move(dims))
    , m_codes(std::move(codes))
{
}

std::string OnnxConstant::name() const
{
    if (!m_codes || m_codes->tensors.empty())
        return m_tensor;
    const std::string& name = m_codes->tensors.front();
    for (const std::string_view ending : { "_quantized", "_Q4", "_Q8" }) // as quantizers call the codes of a tensor
        if (name.size() > ending.size() && name.ends_with(ending))
            return name.substr(0, name.size() - ending.size());
    return name;
}

int OnnxConstant::fileType() const
{
    return m_proto ? m_proto->data_type() : 0;
}

Result<const OnnxArray*> OnnxConstant::array() const
{
    if (!m_array) {
        KERF_TRY(m_array, copy());
    }
    return &*m_array;
}

Result<OnnxArray> OnnxConstant::copy() const
{
    if (m_array)
        return *m_array;
    if (m_codes)
        return OnnxArray { DType::F32, m_dims, decoded(*m_codes, 0, m_codes->codes.size()) };
    return readArray(*m_checkpoint, *m_proto);
}

OnnxValue constantValue(const Checkpoint& checkpoint, const onnx::TensorProto& tensor)
{
    return { onnxNumberType(tensor.data_type()).value_or(DType::U8), { tensor.dims().begin(), tensor.dims().end() },
        std::make_shared<const OnnxConstant>(checkpoint, tensor), -1 };
}

OnnxValue constantValue(Shape dims, std::shared_ptr<const OnnxCodes> codes)
{
    OnnxValue value { DType::F32, dims, {}, -1 };
    value.constant = std::make_shared<const OnnxConstant>(std::move(dims), std::move(codes));
    return value;
}

OnnxValue constantValue(OnnxArray array)
{
    OnnxValue value { array.type, array.dims, {}, -1 };
    value.constant = std::make_shared<const OnnxConstant>(std::move(array));
    return value;
}

} // namespace kerf::core
