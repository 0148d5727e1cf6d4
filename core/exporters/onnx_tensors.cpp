// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/onnx_tensors.h"

#include "core/checkpoint/onnx_proto.h"
#include "core/exporters/carried_tensors.h"

namespace kerf::core {

std::string OnnxTensors::fromCodes(const std::string& layer, const std::string& wanted, int type, const Shape& dims,
    std::uint64_t bytes, const FromCodes& make)
{
    return m_draft.addTensor(
        wanted, type, dims, { bytes, [codes = m_codes, layer, make]() -> Result<std::vector<std::byte>> {
                                 KERF_TRY(const auto tensor, codes->of(layer));
                                 return make(*tensor);
                             } });
}

std::string OnnxTensors::keptFromCodes(const std::string& layer, const std::string& wanted, int type, DType dtype,
    const Shape& dims, std::uint64_t bytes, const FromCodes& make)
{
    const auto slot = std::make_shared<AddedTensor>();
    const std::string name = fromCodes(layer, wanted, type, dims, bytes,
        [kept = m_kept, slot, make](const QuantizedTensor& tensor) -> Result<std::vector<std::byte>> {
            KERF_TRY(slot->bytes, make(tensor));
            (*kept)[slot->spec.name] = *slot;
            return slot->bytes;
        });
    slot->spec = { name, dtype, dims };
    return name;
}

void OnnxTensors::keep(const std::string& name, DType type, const Shape& dims, std::vector<std::byte> bytes)
{
    (*m_kept)[name] = { { name, type, dims }, std::move(bytes) };
}

std::string OnnxTensors::numbers(const std::string& wanted, const Shape& dims, const std::vector<float>& values)
{
    const std::string name = m_draft.addNumbers(wanted, dims, values);
    keep(name, DType::F32, dims, bytesOf(values));
    return name;
}

std::string OnnxTensors::byte(const std::string& wanted, int value)
{
    const std::vector<std::byte> bytes { static_cast<std::byte>(value) };
    const std::string name = m_draft.addTensor(wanted, onnx::TensorProto::UINT8, Shape(), elementsOf(bytes));
    keep(name, DType::U8, {}, bytes);
    return name;
}

std::string OnnxTensors::rounded(const std::string& value, const ValueQuantizer& quantizer)
{
    const auto key = [&](const std::string& name) { return std::tuple(name, quantizer.scale, quantizer.zeroPoint); };
    if (const auto found = m_rounded.find(key(value)); found != m_rounded.end())
        return found->second;
    const std::string scale = numbers(value + "_scale", {}, { quantizer.scale });
    const std::string zero = byte(value + "_zero_point", quantizer.zeroPoint);
    const std::string codes
        = m_draft.addNode(m_draft.graph(), "QuantizeLinear", { value, scale, zero }, value + "_quantized");
    const std::string made
        = m_draft.addNode(m_draft.graph(), "DequantizeLinear", { codes, scale, zero }, value + "_dequantized");
    m_rounded.emplace(key(value), made);
    m_rounded.emplace(key(made), made); // the same once more changes nothing
    return made;
}

void OnnxTensors::roundForAll(const std::string& value, const ValueQuantizer& quantizer)
{
    const std::string by = rounded(value, quantizer);
    std::set<const onnx::NodeProto*> quantizers;
    for (const onnx::NodeProto& node : m_draft.graph().node())
        if (node.op_type() == "QuantizeLinear" && node.input(0) == value)
            quantizers.insert(&node);
    m_draft.replaceReads(value, by, quantizers);
}

std::vector<AddedTensor> OnnxTensors::kept() const
{
    std::vector<AddedTensor> kept;
    for (const auto& [name, tensor] : *m_kept)
        kept.push_back(tensor);
    return kept;
}

} // namespace kerf::core
