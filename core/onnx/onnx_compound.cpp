// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/onnx/onnx_compound.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace kerf::core {
namespace {

constexpr std::string_view kRuntime = "com.microsoft";
constexpr int kOperatorSet = 21; ///< that bodies are written in
constexpr std::int64_t kWholeAxis = std::int64_t { 1 } << 40; ///< a block as long as any axis
constexpr int kMostInputs = 64; ///< of a node: of QLinearConcat three for each part

/// The plain operators of one node, written down one by one.
class Body {
public:
    Body(const onnx::NodeProto& call, std::span<const OnnxValue* const> inputs)
        : m_call(call)
        , m_inputs(inputs)
    {
        for (int i = 0; i < std::min(call.input_size(), kMostInputs); ++i)
            m_function.add_input(fmt::format("in{}", i));
        onnx::OperatorSetIdProto* set = m_function.add_opset_import();
        set->set_version(kOperatorSet);
        onnx::OperatorSetIdProto* own = m_function.add_opset_import();
        own->set_domain(std::string(kPrivateDomain));
        own->set_version(1);
    }

    const onnx::NodeProto& call() const { return m_call; }
    bool has(int input) const { return input < m_function.input_size() && !m_call.input(input).empty(); }
    /// Empty: left out.
    std::string in(int input) const { return has(input) ? m_function.input(input) : std::string(); }
    int inputCount() const { return m_function.input_size(); }
    std::size_t rank(int input) const { return m_inputs[static_cast<std::size_t>(input)]->dims.size(); }

    /// One output. `kept`: attributes of the call that are the node's.
    std::string add(const std::string& op, const std::vector<std::string>& inputs,
        std::initializer_list<std::string_view> kept = {})
    {
        onnx::NodeProto* node = m_function.add_node();
        node->set_op_type(op);
        node->set_name(m_call.name().empty() && m_call.output_size() > 0 ? m_call.output(0) : m_call.name());
        for (const std::string& input : inputs)
            node->add_input(input);
        for (const onnx::AttributeProto& attribute : m_call.attribute())
            if (std::ranges::find(kept, attribute.name()) != kept.end())
                *node->add_attribute() = attribute;
        node->add_output(fmt::format("made{}", m_function.node_size()));
        return node->output(0);
    }
    /// Another output of the last node.
    std::string addOutput()
    {
        std::string name = fmt::format("{}.{}", last().output(0), last().output_size());
        last().add_output(name);
        return name;
    }
    std::string decoded(const std::string& codes, const std::string& scale, const std::string& zero, int axis)
    {
        std::string made = add("DequantizeLinear", { codes, scale, zero });
        set("axis", axis);
        return made;
    }
    std::string coded(const std::string& numbers, const std::string& scale, const std::string& zero)
    {
        return add("QuantizeLinear", { numbers, scale, zero });
    }
    /// Bytes by the range of the numbers themselves, and back.
    std::string rounded(const std::string& numbers)
    {
        const std::string codes = add("DynamicQuantizeLinear", { numbers });
        const std::string scale = addOutput(), zero = addOutput();
        return add("DequantizeLinear", { codes, scale, zero });
    }
    std::string turned(const std::string& matrices)
    {
        std::string made = add("Transpose", { matrices });
        onnx::AttributeProto* order = last().add_attribute();
        order->set_name("perm");
        order->set_type(onnx::AttributeProto::INTS);
        for (const std::int64_t axis : { 0, 2, 1 })
            order->add_ints(axis);
        return made;
    }
    std::string whole(std::int64_t number)
    {
        std::string made = add("Constant", {});
        onnx::AttributeProto* value = last().add_attribute();
        value->set_name("value_ints");
        value->set_type(onnx::AttributeProto::INTS);
        value->add_ints(number);
        return made;
    }
    /// Whole numbers without their zero point.
    std::string shifted(const std::string& codes, const std::string& zero, int axis)
    {
        const std::string one = zero.empty() ? add("Constant", {}) : add("ConstantOfShape", { add("Shape", { zero }) });
        onnx::AttributeProto* value = last().add_attribute();
        value->set_name("value");
        value->set_type(onnx::AttributeProto::TENSOR);
        onnx::TensorProto* number = value->mutable_t();
        number->set_data_type(onnx::TensorProto::FLOAT);
        number->add_float_data(1);
        if (!zero.empty())
            number->add_dims(1);
        return decoded(codes, one, zero, axis);
    }
    /// An attribute of the last node.
    void set(const char* name, std::int64_t value)
    {
        onnx::AttributeProto* attribute = last().add_attribute();
        attribute->set_name(name);
        attribute->set_type(onnx::AttributeProto::INT);
        attribute->set_i(value);
    }
    void setReal(const char* name, float value)
    {
        onnx::AttributeProto* attribute = last().add_attribute();
        attribute->set_name(name);
        attribute->set_type(onnx::AttributeProto::FLOAT);
        attribute->set_f(value);
    }
    /// The last node is none of the standard.
    void makePrivate() { last().set_domain(std::string(kPrivateDomain)); }
    std::int64_t attribute(std::string_view name, std::int64_t otherwise) const
    {
        for (const onnx::AttributeProto& attribute : m_call.attribute())
            if (attribute.name() == name && attribute.type() == onnx::AttributeProto::INT)
                return attribute.i();
        return otherwise;
    }
    void setOperatorSet(std::int64_t version) { m_function.mutable_opset_import(0)->set_version(version); }
    float real(std::string_view name, float otherwise) const
    {
        for (const onnx::AttributeProto& attribute : m_call.attribute())
            if (attribute.name() == name && attribute.type() == onnx::AttributeProto::FLOAT)
                return attribute.f();
        return otherwise;
    }
    onnx::FunctionProto finish(const std::vector<std::string>& outputs)
    {
        for (const std::string& output : outputs)
            m_function.add_output(output);
        return std::move(m_function);
    }

private:
    onnx::NodeProto& last() { return *m_function.mutable_node(m_function.node_size() - 1); }

    const onnx::NodeProto& m_call;
    std::span<const OnnxValue* const> m_inputs;
    onnx::FunctionProto m_function;
};

using Outputs = std::vector<std::string>;

/// x xs xz, w ws wz, ys yz, bias.
Outputs convolution(Body& body)
{
    const std::string x = body.decoded(body.in(0), body.in(1), body.in(2), 1);
    const std::string weight = body.decoded(body.in(3), body.in(4), body.in(5), 0);
    std::vector<std::string> inputs { x, weight };
    if (body.has(8))
        inputs.push_back(body.decoded(body.in(8), body.add("Mul", { body.in(1), body.in(4) }), {}, 0));
    const std::string made
        = body.add("Conv", inputs, { "auto_pad", "dilations", "group", "kernel_shape", "pads", "strides" });
    return { body.coded(made, body.in(6), body.in(7)) };
}

/// a as az, b bs bz, ys yz: scales by row of a, by column of b.
Outputs product(Body& body)
{
    const std::string a = body.decoded(body.in(0), body.in(1), body.in(2), -2);
    const std::string b = body.decoded(body.in(3), body.in(4), body.in(5), -1);
    return { body.coded(body.add("MatMul", { a, b }), body.in(6), body.in(7)) };
}

/// a as az, b bs bz, c in steps of as bs alpha; ys yz where the result is codes.
Outputs gemm(Body& body)
{
    const std::string a = body.decoded(body.in(0), body.in(1), body.in(2), 1);
    const std::string b = body.decoded(body.in(3), body.in(4), body.in(5), body.attribute("transB", 0) != 0 ? 0 : 1);
    std::vector<std::string> inputs { a, b };
    if (body.has(6))
        inputs.push_back(body.decoded(body.in(6), body.add("Mul", { body.in(1), body.in(4) }), {}, -1));
    const std::string made = body.add("Gemm", inputs, { "alpha", "transA", "transB" });
    body.setReal("beta", body.real("alpha", 1));
    return { body.has(7) ? body.coded(made, body.in(7), body.in(8)) : made };
}

Outputs wholeProduct(Body& body)
{
    const std::string a = body.shifted(body.in(0), body.in(2), -2);
    return { body.add("MatMul", { a, body.shifted(body.in(1), body.in(3), -1) }) };
}

Outputs wholeConvolution(Body& body)
{
    const std::string x = body.shifted(body.in(0), body.in(2), 1);
    return { body.add("Conv", { x, body.shifted(body.in(1), body.in(3), 0) },
        { "auto_pad", "dilations", "group", "kernel_shape", "pads", "strides" }) };
}

/// a b as bs az bz bias
Outputs scaledProduct(Body& body)
{
    const std::string a = body.decoded(body.in(0), body.in(2), body.in(4), -2);
    const std::string made = body.add("MatMul", { a, body.decoded(body.in(1), body.in(3), body.in(5), -1) });
    return { body.has(6) ? body.add("Add", { made, body.in(6) }) : made };
}

/// a in float, b bs bz bias; a is rounded by its own range.
Outputs dynamicProduct(Body& body)
{
    const std::string a = body.rounded(body.in(0));
    const std::string made = body.add("MatMul", { a, body.decoded(body.in(1), body.in(2), body.in(3), -1) });
    return { body.has(4) ? body.add("Add", { made, body.in(4) }) : made };
}

/// QLinearAdd, QLinearMul: a as az, b bs bz, ys yz.
Outputs combined(Body& body)
{
    const std::string a = body.decoded(body.in(0), body.in(1), body.in(2), 1);
    const std::string b = body.decoded(body.in(3), body.in(4), body.in(5), 1);
    return { body.coded(body.add(body.call().op_type().substr(7), { a, b }), body.in(6), body.in(7)) };
}

/// QLinearSigmoid and its like: x xs xz ys yz.
Outputs alone(Body& body)
{
    const std::string x = body.decoded(body.in(0), body.in(1), body.in(2), 1);
    if (body.call().op_type() == "QLinearSoftmax")
        body.setOperatorSet(body.attribute("opset", kOperatorSet));
    const std::string made = body.add(body.call().op_type().substr(7), { x },
        { "alpha", "axis", "auto_pad", "ceil_mode", "count_include_pad", "kernel_shape", "pads", "strides" });
    return { body.coded(made, body.in(3), body.in(4)) };
}

/// ys yz, then x xs xz of each part.
Outputs joined(Body& body)
{
    std::vector<std::string> parts;
    for (int i = 2; i + 1 < body.inputCount(); i += 3)
        parts.push_back(body.decoded(body.in(i), body.in(i + 1), body.in(i + 2), 1));
    return { body.coded(body.add("Concat", parts, { "axis" }), body.in(0), body.in(1)) };
}

/// A weight [directions, in, gates] with a scale for each direction or each of its columns, turned round.
std::string recurrentWeight(Body& body, int codes, int scale)
{
    std::string scales = body.in(scale), zeros = body.in(scale + 1);
    if (!body.has(scale) || body.rank(scale) < 2)
        return body.turned(body.decoded(body.in(codes), scales, zeros, 0));
    const std::string axis = body.whole(1);
    scales = body.add("Unsqueeze", { scales, axis });
    if (!zeros.empty())
        zeros = body.add("Unsqueeze", { zeros, axis });
    const std::string made = body.decoded(body.in(codes), scales, zeros, 1);
    body.set("block_size", kWholeAxis);
    return body.turned(made);
}

/// x w r bias lengths h c peepholes, ws wz, rs rz.
Outputs recurrent(Body& body)
{
    const std::string x = body.rounded(body.in(0));
    const std::string w = recurrentWeight(body, 1, 8);
    const std::string r = recurrentWeight(body, 2, 10);
    Outputs outputs { body.add("LSTM", { x, w, r, body.in(3), body.in(4), body.in(5), body.in(6), body.in(7) },
        { "activation_alpha", "activation_beta", "activations", "clip", "direction", "hidden_size", "input_forget" }) };
    body.makePrivate();
    for (int i = 1; i < body.call().output_size(); ++i)
        outputs.push_back(body.addOutput());
    return outputs;
}

struct CompoundRow {
    std::string_view domain, name;
    Outputs (*write)(Body& body);
    std::vector<std::string_view> attributes {}; ///< that it may have
};

const std::vector<CompoundRow>& compounds()
{
    const std::vector<std::string_view> windows { "auto_pad", "dilations", "group", "kernel_shape", "pads", "strides" };
    static const std::vector<CompoundRow> rows {
        { "", "QLinearConv", convolution, windows },
        { "", "QLinearMatMul", product },
        { "", "MatMulInteger", wholeProduct },
        { "", "ConvInteger", wholeConvolution, windows },
        { kRuntime, "QGemm", gemm, { "alpha", "transA", "transB" } },
        { kRuntime, "MatMulIntegerToFloat", scaledProduct },
        { kRuntime, "DynamicQuantizeMatMul", dynamicProduct },
        { kRuntime, "DynamicQuantizeLSTM", recurrent,
            { "activation_alpha", "activation_beta", "activations", "clip", "direction", "hidden_size",
                "input_forget" } },
        { kRuntime, "QLinearAdd", combined },
        { kRuntime, "QLinearMul", combined },
        { kRuntime, "QLinearConcat", joined, { "axis" } },
        { kRuntime, "QLinearSigmoid", alone },
        { kRuntime, "QLinearLeakyRelu", alone, { "alpha" } },
        { kRuntime, "QLinearSoftmax", alone, { "axis", "opset" } },
        { kRuntime, "QLinearGlobalAveragePool", alone, { "channels_last" } },
        { kRuntime, "QLinearAveragePool", alone,
            { "auto_pad", "ceil_mode", "channels_last", "count_include_pad", "kernel_shape", "pads", "strides" } },
    };
    return rows;
}

} // namespace

Result<std::optional<onnx::FunctionProto>> onnxCompound(
    const onnx::NodeProto& node, std::span<const OnnxValue* const> inputs)
{
    const std::string_view domain = node.domain() == "ai.onnx" ? std::string_view() : std::string_view(node.domain());
    const auto found = std::ranges::find_if(
        compounds(), [&](const CompoundRow& row) { return row.domain == domain && row.name == node.op_type(); });
    if (found == compounds().end())
        return std::nullopt;
    for (const onnx::AttributeProto& attribute : node.attribute())
        if (std::ranges::find(found->attributes, attribute.name()) == found->attributes.end()
            || (attribute.name() == "channels_last" && attribute.i() != 0))
            return fail(ErrorCode::BadFile,
                fmt::format("has the attribute \"{}\", which Kerf does not know of this operator.", attribute.name()));
    if (node.input_size() > kMostInputs)
        return fail(ErrorCode::BadFile, fmt::format("has {} inputs; {} are possible.", node.input_size(), kMostInputs));
    Body body(node, inputs);
    const Outputs outputs = found->write(body);
    return body.finish(outputs);
}

} // namespace kerf::core
