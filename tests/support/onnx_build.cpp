// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/onnx_build.h"

#include <cstring>
#include <fstream>
#include <set>
#include <span>

#include "core/base/random.h"
#include "core/format/float8.h"

namespace kerf::test {
namespace {

using Dims = OnnxBuild::Dims;

std::int64_t sizeOf(const Dims& dims)
{
    std::int64_t size = 1;
    for (const std::int64_t each : dims)
        size *= each;
    return size;
}

Dims dimsOf(const onnx::TensorProto& tensor)
{
    return { tensor.dims().begin(), tensor.dims().end() };
}

/// Elements of a tensor of codes, scales or zero points.
std::vector<double> elementsOf(const onnx::TensorProto& tensor)
{
    enum { kFloat8E4M3 = 17, kFloat8E5M2 = 19, kUInt4 = 21, kInt4 = 22 };
    std::vector<double> values(static_cast<std::size_t>(sizeOf(dimsOf(tensor))));
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(tensor.raw_data().data());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const int half = (bytes[i / 2] >> (i % 2 * 4)) & 15;
        std::int32_t whole = 0;
        float real = 0;
        switch (tensor.data_type()) {
        case onnx::TensorProto::FLOAT:
            std::memcpy(&real, bytes + 4 * i, 4);
            values[i] = static_cast<double>(real);
            break;
        case onnx::TensorProto::INT32:
            std::memcpy(&whole, bytes + 4 * i, 4);
            values[i] = whole;
            break;
        case onnx::TensorProto::INT8:
            values[i] = static_cast<std::int8_t>(bytes[i]);
            break;
        case onnx::TensorProto::UINT8:
            values[i] = bytes[i];
            break;
        case kUInt4:
            values[i] = half;
            break;
        case kInt4:
            values[i] = half > 7 ? half - 16 : half;
            break;
        case kFloat8E4M3:
            values[i] = static_cast<double>(core::float8ToFloat(core::Float8::E4M3, bytes[i]));
            break;
        case kFloat8E5M2:
            values[i] = static_cast<double>(core::float8ToFloat(core::Float8::E5M2, bytes[i]));
            break;
        default:
            break;
        }
    }
    return values;
}

std::int64_t numberOf(const onnx::NodeProto& node, const std::string& name, std::int64_t otherwise)
{
    for (const onnx::AttributeProto& attribute : node.attribute())
        if (attribute.name() == name)
            return attribute.i();
    return otherwise;
}

void setFloats(onnx::TensorProto& tensor, const std::string& name, const Dims& dims, const std::vector<float>& values)
{
    tensor.Clear();
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    tensor.mutable_dims()->Add(dims.begin(), dims.end());
    tensor.set_raw_data(std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)));
}

/// onnx/onnx, docs/Operators.md, DequantizeLinear.
std::vector<float> dequantizeLinear(const onnx::ModelProto& model, const onnx::NodeProto& node)
{
    const onnx::TensorProto& codes = *findTensor(model, node.input(0));
    const Dims dims = dimsOf(codes);
    const Dims scaleDims = dimsOf(*findTensor(model, node.input(1)));
    const std::vector<double> x = elementsOf(codes), scales = elementsOf(*findTensor(model, node.input(1)));
    const std::vector<double> zeros
        = node.input_size() > 2 ? elementsOf(*findTensor(model, node.input(2))) : std::vector<double>(scales.size());
    const auto axis = static_cast<std::size_t>(numberOf(node, "axis", 1));
    const std::int64_t block = numberOf(node, "block_size", 0);
    std::vector<float> made;
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(x.size()); ++i) {
        std::int64_t rest = i, place = 0, stride = 1;
        for (std::size_t d = dims.size(); d-- > 0;) {
            const std::int64_t index = rest % dims[d];
            rest /= dims[d];
            if (block > 0) {
                place += (d == axis ? index / block : index) * stride;
                stride *= scaleDims[d];
            } else if (d == axis && !scaleDims.empty()) {
                place = index;
            }
        }
        const auto at = static_cast<std::size_t>(place);
        made.push_back(static_cast<float>(x[static_cast<std::size_t>(i)] - zeros[at]) * static_cast<float>(scales[at]));
    }
    return made;
}

/// onnxruntime, docs/ContribOperators.md, com.microsoft.MatMulNBits: B as [K, N].
std::vector<float> matMulNBitsWeight(const onnx::ModelProto& model, const onnx::NodeProto& node)
{
    const std::int64_t k = numberOf(node, "K", 0), n = numberOf(node, "N", 0), bits = numberOf(node, "bits", 4);
    const std::int64_t block = numberOf(node, "block_size", 0), groups = (k + block - 1) / block;
    const auto* b = reinterpret_cast<const std::uint8_t*>(findTensor(model, node.input(1))->raw_data().data());
    const std::vector<double> scales = elementsOf(*findTensor(model, node.input(2)));
    const std::uint8_t* zeros = node.input_size() > 3
        ? reinterpret_cast<const std::uint8_t*>(findTensor(model, node.input(3))->raw_data().data())
        : nullptr;
    const auto code = [&](const std::uint8_t* row, std::int64_t i) {
        return bits == 8 ? row[i] : (row[i / 2] >> (i % 2 * 4)) & 15;
    };
    std::vector<float> made(static_cast<std::size_t>(k * n));
    for (std::int64_t r = 0; r < n; ++r)
        for (std::int64_t c = 0; c < k; ++c) {
            const std::int64_t g = c / block;
            const int zero = zeros ? code(zeros + r * ((groups * bits + 7) / 8), g) : 1 << (bits - 1);
            made[static_cast<std::size_t>(c * n + r)]
                = static_cast<float>(code(b + r * groups * block * bits / 8, c) - zero)
                * static_cast<float>(scales[static_cast<std::size_t>(r * groups + g)]);
        }
    return made;
}

} // namespace

OnnxBuild::OnnxBuild(std::int64_t operatorSet, std::int64_t ir)
{
    m_model.set_ir_version(ir);
    m_model.add_opset_import()->set_version(operatorSet);
    m_model.mutable_graph()->set_name("test");
}

OnnxBuild& OnnxBuild::input(const std::string& name, const Dims& dims)
{
    onnx::ValueInfoProto& port = *m_model.mutable_graph()->add_input();
    port.set_name(name);
    onnx::TypeProto::Tensor& type = *port.mutable_type()->mutable_tensor_type();
    type.set_elem_type(onnx::TensorProto::FLOAT);
    for (const std::int64_t size : dims)
        type.mutable_shape()->add_dim()->set_dim_value(size);
    return *this;
}

OnnxBuild& OnnxBuild::output(const std::string& name)
{
    onnx::ValueInfoProto& port = *m_model.mutable_graph()->add_output();
    port.set_name(name);
    port.mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
    return *this;
}

OnnxBuild& OnnxBuild::tensor(const std::string& name, const Dims& dims, const std::vector<float>& values)
{
    setFloats(*m_model.mutable_graph()->add_initializer(), name, dims, values);
    return *this;
}

OnnxBuild& OnnxBuild::random(const std::string& name, const Dims& dims)
{
    std::uint64_t seed = 1;
    for (const char c : name)
        seed = seed * 131 + static_cast<std::uint64_t>(c);
    core::CounterRng random(seed);
    std::vector<float> values(static_cast<std::size_t>(sizeOf(dims)));
    for (float& value : values)
        value = static_cast<float>(2 * random.uniform() - 1);
    return tensor(name, dims, values);
}

OnnxBuild& OnnxBuild::wholes(const std::string& name, const std::vector<std::int64_t>& values)
{
    onnx::TensorProto& tensor = *m_model.mutable_graph()->add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::INT64);
    tensor.add_dims(static_cast<std::int64_t>(values.size()));
    tensor.mutable_int64_data()->Add(values.begin(), values.end());
    return *this;
}

OnnxBuild& OnnxBuild::node(const std::string& op, const std::vector<std::string>& inputs,
    const std::vector<std::string>& outputs, const Settings& settings)
{
    onnx::NodeProto& node = *m_model.mutable_graph()->add_node();
    node.set_op_type(op);
    node.set_name(outputs.front() + "/" + op);
    for (const std::string& name : inputs)
        node.add_input(name);
    for (const std::string& name : outputs)
        node.add_output(name);
    for (const auto& [name, setting] : settings) {
        onnx::AttributeProto& attribute = *node.add_attribute();
        attribute.set_name(name);
        if (const auto* whole = std::get_if<std::int64_t>(&setting)) {
            attribute.set_type(onnx::AttributeProto::INT);
            attribute.set_i(*whole);
        } else if (const auto* real = std::get_if<float>(&setting)) {
            attribute.set_type(onnx::AttributeProto::FLOAT);
            attribute.set_f(*real);
        } else if (const auto* text = std::get_if<std::string>(&setting)) {
            attribute.set_type(onnx::AttributeProto::STRING);
            attribute.set_s(*text);
        } else {
            const auto& list = std::get<std::vector<std::int64_t>>(setting);
            attribute.set_type(onnx::AttributeProto::INTS);
            attribute.mutable_ints()->Add(list.begin(), list.end());
        }
    }
    return *this;
}

void OnnxBuild::save(const std::filesystem::path& path) const
{
    std::ofstream file(path, std::ios::binary);
    m_model.SerializeToOstream(&file);
}

onnx::ModelProto loadOnnx(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    onnx::ModelProto model;
    model.ParseFromIstream(&file);
    return model;
}

const onnx::TensorProto* findTensor(const onnx::ModelProto& model, const std::string& name)
{
    for (const onnx::TensorProto& tensor : model.graph().initializer())
        if (tensor.name() == name)
            return &tensor;
    return nullptr;
}

const onnx::NodeProto* findMaker(const onnx::ModelProto& model, const std::string& value)
{
    for (const onnx::NodeProto& node : model.graph().node())
        for (const std::string& made : node.output())
            if (made == value)
                return &node;
    return nullptr;
}

std::string brokenRule(const onnx::GraphProto& graph)
{
    std::set<std::string> known { "" }, names;
    for (const onnx::ValueInfoProto& input : graph.input())
        known.insert(input.name());
    for (const onnx::TensorProto& tensor : graph.initializer())
        if (!known.insert(tensor.name()).second)
            return tensor.name() + " stands twice, or is an input too";
    for (const onnx::NodeProto& node : graph.node()) {
        if (!node.name().empty() && !names.insert(node.name()).second)
            return "two nodes have the name " + node.name();
        for (const std::string& input : node.input())
            if (!known.contains(input))
                return node.op_type() + " reads " + input + " before it is made";
        for (const std::string& made : node.output())
            if (!made.empty() && !known.insert(made).second)
                return made + " is made twice";
    }
    for (const onnx::ValueInfoProto& output : graph.output())
        if (!known.contains(output.name()))
            return "nothing makes " + output.name();
    return {};
}

onnx::ModelProto withFloatWeights(onnx::ModelProto model)
{
    onnx::GraphProto& graph = *model.mutable_graph();
    for (int i = graph.node_size(); i-- > 0;) {
        onnx::NodeProto& node = *graph.mutable_node(i);
        if (node.op_type() == "MatMulNBits") {
            const Dims dims { numberOf(node, "K", 0), numberOf(node, "N", 0) };
            const std::string name = node.output(0) + "/weight", input = node.input(0);
            setFloats(*graph.add_initializer(), name, dims, matMulNBitsWeight(model, node));
            node.set_op_type("MatMul");
            node.clear_domain();
            node.clear_attribute();
            node.clear_input();
            node.add_input(input);
            node.add_input(name);
        } else if (node.op_type() == "DequantizeLinear" && findTensor(model, node.input(0))) {
            setFloats(*graph.add_initializer(), node.output(0), dimsOf(*findTensor(model, node.input(0))),
                dequantizeLinear(model, node));
            graph.mutable_node()->DeleteSubrange(i, 1);
        }
    }
    return model;
}

} // namespace kerf::test
