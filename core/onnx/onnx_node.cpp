// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/onnx/onnx_node.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/checkpoint/onnx_proto.h"
#include "core/graph/ops/reshape.h"
#include "core/onnx/run_once.h"

namespace kerf::core {
namespace {

tl::unexpected<Error> wrongType(std::string_view name, std::string_view type)
{
    return fail(ErrorCode::BadFile, fmt::format("attribute {} is not {}.", name, type));
}

/// Arrays of values that are constants, null for those that are left out.
Result<std::vector<const OnnxArray*>> arraysOf(const std::vector<const OnnxValue*>& values)
{
    std::vector<const OnnxArray*> arrays;
    for (const OnnxValue* value : values) {
        arrays.push_back(nullptr);
        if (value) {
            KERF_TRY(arrays.back(), value->constant->array());
        }
    }
    return arrays;
}

/// Constants that stand as codes stay so where they are moved.
std::optional<OnnxValue> movedCodes(const Rearrange& moves, const std::vector<const OnnxValue*>& inputs)
{
    std::vector<const OnnxCodes*> codes;
    for (const OnnxValue* input : inputs) {
        if (!input->isConstant() || !input->constant->codes())
            return {};
        codes.push_back(input->constant->codes().get());
    }
    std::optional<OnnxCodes> made = moved(moves, codes);
    if (!made)
        return {};
    return constantValue(moves.shape, std::make_shared<const OnnxCodes>(std::move(*made)));
}

bool areConstants(const std::vector<const OnnxValue*>& values)
{
    return std::ranges::all_of(values, [](const OnnxValue* value) { return !value || value->isConstant(); });
}

} // namespace

OnnxNode::OnnxNode(const onnx::NodeProto& proto, int version, std::vector<const OnnxValue*> inputs, OnnxParts& parts)
    : m_proto(proto)
    , m_version(version)
    , m_inputs(std::move(inputs))
    , m_parts(parts)
    , m_outputs(outputCount())
{
}

const std::string& OnnxNode::op() const
{
    return m_proto.op_type();
}

std::size_t OnnxNode::outputCount() const
{
    return static_cast<std::size_t>(m_proto.output_size());
}

Status OnnxNode::requireInputs(std::size_t least, std::size_t most) const
{
    if (m_inputs.size() < least || m_inputs.size() > most)
        return fail(ErrorCode::BadFile,
            least == most ? fmt::format("has {} inputs; {} are needed.", m_inputs.size(), least)
                          : fmt::format("has {} inputs; {} to {} are possible.", m_inputs.size(), least, most));
    for (std::size_t i = 0; i < least; ++i)
        if (!m_inputs[i])
            return fail(ErrorCode::BadFile, fmt::format("leaves out input {}, which is needed.", i));
    return {};
}

Result<OnnxArray> OnnxNode::constant(std::size_t index) const
{
    if (!has(index) || !input(index).isConstant())
        return fail(ErrorCode::BadFile,
            fmt::format(
                "has an input ({}) that depends on the network's inputs; Kerf reads only files where it is known "
                "before.",
                index < static_cast<std::size_t>(m_proto.input_size()) ? m_proto.input(static_cast<int>(index)) : ""));
    KERF_TRY(const OnnxArray* array, input(index).constant->array());
    return *array;
}

Result<std::vector<std::int64_t>> OnnxNode::wholes(std::size_t index) const
{
    KERF_TRY(const OnnxArray array, constant(index));
    if (!isWholeNumber(array.type) || array.dims.size() > 1)
        return fail(ErrorCode::BadFile, fmt::format("has an input {} that is no list of whole numbers.", index));
    return toWhole(array.values);
}

const onnx::AttributeProto* OnnxNode::find(std::string_view name) const
{
    for (const onnx::AttributeProto& attribute : m_proto.attribute())
        if (attribute.name() == name)
            return &attribute;
    return nullptr;
}

Result<std::int64_t> OnnxNode::integer(std::string_view name, std::int64_t otherwise)
{
    markRead(name);
    const onnx::AttributeProto* found = find(name);
    if (found && found->type() != onnx::AttributeProto::INT)
        return wrongType(name, "a whole number");
    return found ? found->i() : otherwise;
}

Result<float> OnnxNode::real(std::string_view name, float otherwise)
{
    markRead(name);
    const onnx::AttributeProto* found = find(name);
    if (found && found->type() != onnx::AttributeProto::FLOAT)
        return wrongType(name, "a number");
    return found ? found->f() : otherwise;
}

Result<std::string> OnnxNode::text(std::string_view name, std::string otherwise)
{
    markRead(name);
    const onnx::AttributeProto* found = find(name);
    if (found && found->type() != onnx::AttributeProto::STRING)
        return wrongType(name, "a text");
    return found ? found->s() : std::move(otherwise);
}

Result<std::vector<std::int64_t>> OnnxNode::integers(std::string_view name, std::vector<std::int64_t> otherwise)
{
    markRead(name);
    const onnx::AttributeProto* found = find(name);
    if (found && found->type() != onnx::AttributeProto::INTS)
        return wrongType(name, "a list of whole numbers");
    return found ? std::vector<std::int64_t>(found->ints().begin(), found->ints().end()) : std::move(otherwise);
}

Result<std::vector<float>> OnnxNode::reals(std::string_view name)
{
    markRead(name);
    const onnx::AttributeProto* found = find(name);
    if (found && found->type() != onnx::AttributeProto::FLOATS)
        return wrongType(name, "a list of numbers");
    return found ? std::vector<float>(found->floats().begin(), found->floats().end()) : std::vector<float>();
}

Result<std::vector<std::string>> OnnxNode::texts(std::string_view name)
{
    markRead(name);
    const onnx::AttributeProto* found = find(name);
    if (found && found->type() != onnx::AttributeProto::STRINGS)
        return wrongType(name, "a list of texts");
    return found ? std::vector<std::string>(found->strings().begin(), found->strings().end())
                 : std::vector<std::string>();
}

void OnnxNode::ignore(std::initializer_list<std::string_view> names)
{
    for (const std::string_view name : names)
        markRead(name);
}

Status OnnxNode::requireAllRead() const
{
    for (const onnx::AttributeProto& attribute : m_proto.attribute())
        if (!m_read.contains(attribute.name()))
            return fail(ErrorCode::BadFile,
                fmt::format("has the attribute \"{}\", which Kerf does not know of this operator.", attribute.name()));
    return {};
}

Result<OnnxValue> OnnxNode::apply(const Op& op, std::any attributes, const std::vector<const OnnxValue*>& inputs,
    const std::vector<const OnnxValue*>& parameters)
{
    if (areConstants(inputs)) {
        KERF_TRY(const std::vector<const OnnxArray*> given, arraysOf(inputs));
        KERF_TRY(const std::vector<const OnnxArray*> numbers, arraysOf(parameters));
        KERF_TRY(OnnxArray made, runOnce(op, std::move(attributes), given, numbers));
        return constantValue(std::move(made));
    }
    std::vector<ValueId> values;
    for (const OnnxValue* input : inputs) {
        KERF_TRY(const ValueId value, m_parts.valueOf(*input));
        values.push_back(value);
    }
    std::vector<ParameterId> numbers;
    for (const OnnxValue* parameter : parameters) {
        numbers.push_back(-1);
        if (parameter) {
            KERF_TRY(numbers.back(), m_parts.numbers(*parameter));
        }
    }
    GraphBuilder& builder = m_parts.builder();
    const ValueId made = builder.add(op, std::move(attributes), std::move(values), std::move(numbers));
    KERF_CHECK(builder.status());
    return OnnxValue { DType::F32, builder.typeOf(made).shape, {}, made };
}

Result<OnnxValue> OnnxNode::move(const Rearrange& moves, const std::vector<const OnnxValue*>& inputs)
{
    const DType type = inputs.front()->type;
    if (std::optional<OnnxValue> codes = movedCodes(moves, inputs))
        return *codes;
    if (areConstants(inputs)) {
        KERF_TRY(const std::vector<const OnnxArray*> arrays, arraysOf(inputs));
        std::vector<const double*> from;
        for (const OnnxArray* array : arrays)
            from.push_back(array->values.data());
        OnnxArray made { type, moves.shape, std::vector<double>(static_cast<std::size_t>(elementCount(moves.shape))) };
        rearrange<double>(moves, from, made.values);
        return constantValue(std::move(made));
    }
    KERF_TRY(OnnxValue made, apply(rearrangeOp(), moves, inputs));
    made.type = type;
    return made;
}

Result<OnnxValue> OnnxNode::reshape(const OnnxValue& input, const Shape& dims)
{
    if (input.dims == dims)
        return input;
    OnnxValue made { input.type, dims, {}, -1 };
    if (input.isConstant() && input.constant->codes())
        return constantValue(dims, input.constant->codes());
    if (input.isConstant()) {
        KERF_TRY(const OnnxArray* array, input.constant->array());
        return constantValue({ input.type, dims, array->values });
    }
    KERF_TRY(const ValueId value, m_parts.valueOf(input));
    made.value = m_parts.builder().add(reshapeOp(), Reshape { dims }, { value });
    KERF_CHECK(m_parts.builder().status());
    return made;
}

Status OnnxNode::setAs(DType type, Result<OnnxValue> made)
{
    KERF_CHECK(made);
    if (made->isConstant()) {
        KERF_TRY(const OnnxArray* array, made->constant->array());
        OnnxArray rounded { type, array->dims, array->values };
        for (double& number : rounded.values)
            number = asType(type, number);
        made = constantValue(std::move(rounded));
    }
    made->type = type;
    set(0, std::move(*made));
    return {};
}

void OnnxNode::set(std::size_t output, OnnxValue value)
{
    if (output < m_outputs.size())
        m_outputs[output] = std::move(value);
}

} // namespace kerf::core
