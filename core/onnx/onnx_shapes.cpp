// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>

#include <fmt/format.h>

#include "core/checkpoint/onnx_file.h"
#include "core/checkpoint/onnx_proto.h"
#include "core/onnx/movement.h"
#include "core/onnx/onnx_node.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kMaxConstant = std::int64_t { 1 } << 26; ///< elements of a constant that is made

OnnxValue wholeList(const std::vector<std::int64_t>& numbers)
{
    return constantValue(
        { DType::I64, { static_cast<std::int64_t>(numbers.size()) }, { numbers.begin(), numbers.end() } });
}

Result<DType> typeAttribute(OnnxNode& node, std::string_view name, int otherwise)
{
    KERF_TRY(const std::int64_t number, node.integer(name, otherwise));
    const std::optional<DType> type = onnxElementType(static_cast<int>(number));
    if (!type)
        return fail(ErrorCode::BadFile,
            fmt::format("makes values of the ONNX type {}, which Kerf does not compute with.", number));
    return *type;
}

Status readConstant(OnnxNode& node)
{
    node.ignore({ "value", "value_float", "value_floats", "value_int", "value_ints" });
    const onnx::AttributeProto* found = nullptr;
    for (const std::string_view name : { "value", "value_float", "value_floats", "value_int", "value_ints" })
        found = found ? found : node.find(name);
    if (!found)
        return fail(ErrorCode::BadFile, "has no value that Kerf can compute with.");
    OnnxArray array;
    switch (found->type()) {
    case onnx::AttributeProto::TENSOR:
        node.set(0, constantValue(node.parts().checkpoint(), found->t()));
        return {};
    case onnx::AttributeProto::FLOAT:
        array = { DType::F32, {}, { static_cast<double>(found->f()) } };
        break;
    case onnx::AttributeProto::INT:
        array = { DType::I64, {}, { static_cast<double>(found->i()) } };
        break;
    case onnx::AttributeProto::FLOATS:
        array = { DType::F32, { found->floats_size() }, { found->floats().begin(), found->floats().end() } };
        break;
    case onnx::AttributeProto::INTS:
        array = { DType::I64, { found->ints_size() }, { found->ints().begin(), found->ints().end() } };
        break;
    default:
        return fail(ErrorCode::BadFile, "has a value of another kind than numbers.");
    }
    node.set(0, constantValue(std::move(array)));
    return {};
}

Status readIdentity(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(1, 1));
    node.set(0, node.input(0));
    return {};
}

/// Of a network that runs, not learns: nothing is dropped.
Status readDropout(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(1, 3));
    node.ignore({ "ratio", "seed", "is_test" });
    if (node.has(2)) {
        KERF_TRY(const OnnxArray training, node.constant(2));
        if (!training.values.empty() && training.values.front() != 0)
            return fail(ErrorCode::BadFile, "drops values as in training. Export the network for inference.");
    }
    node.set(0, node.input(0));
    return {};
}

Status readShape(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(1, 1));
    const Shape& dims = node.input(0).dims;
    const auto rank = static_cast<std::int64_t>(dims.size());
    KERF_TRY(std::int64_t start, node.integer("start", 0));
    KERF_TRY(std::int64_t end, node.integer("end", rank));
    start = std::clamp<std::int64_t>(start < 0 ? start + rank : start, 0, rank);
    end = std::clamp<std::int64_t>(end < 0 ? end + rank : end, start, rank);
    node.set(0, wholeList({ dims.begin() + start, dims.begin() + end }));
    return {};
}

Status readSize(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(1, 1));
    node.set(0, constantValue({ DType::I64, {}, { static_cast<double>(elementCount(node.input(0).dims)) } }));
    return {};
}

Status readConstantOfShape(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(1, 1));
    KERF_TRY(const Shape dims, node.wholes(0));
    OnnxArray one { DType::F32, { 1 }, { 0 } };
    node.ignore({ "value" });
    if (const onnx::AttributeProto* value = node.find("value")) {
        KERF_TRY(one, readArray(node.parts().checkpoint(), value->t()));
    }
    std::int64_t count = 1;
    for (const std::int64_t size : dims) {
        if (size < 0 || (size > 0 && count > kMaxConstant / size))
            return fail(ErrorCode::BadFile, "makes a constant that is negative or too large in one dimension.");
        count *= size;
    }
    if (one.values.size() != 1)
        return fail(ErrorCode::BadFile, "has a value that is not one number.");
    node.set(0, constantValue({ one.type, dims, std::vector<double>(static_cast<std::size_t>(count), one.values[0]) }));
    return {};
}

Status readRange(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(3, 3));
    KERF_TRY(const OnnxArray start, node.constant(0));
    KERF_TRY(const OnnxArray end, node.constant(1));
    KERF_TRY(const OnnxArray step, node.constant(2));
    if (start.values.size() != 1 || end.values.size() != 1 || step.values.size() != 1 || step.values[0] == 0)
        return fail(ErrorCode::BadFile, "needs a first number, a limit and a step that is not 0.");
    const double count = std::max(0.0, std::ceil((end.values[0] - start.values[0]) / step.values[0]));
    if (!(count <= static_cast<double>(kMaxConstant)))
        return fail(ErrorCode::BadFile, "makes more numbers than Kerf handles.");
    OnnxArray range { start.type, { static_cast<std::int64_t>(count) }, {} };
    for (std::int64_t i = 0; i < range.dims[0]; ++i)
        range.values.push_back(asType(start.type, start.values[0] + static_cast<double>(i) * step.values[0]));
    node.set(0, constantValue(std::move(range)));
    return {};
}

/// Sums of constants so far along an axis: of masks and positions.
Status readCumSum(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(2, 2));
    KERF_TRY(const std::int64_t exclusive, node.integer("exclusive", 0));
    KERF_TRY(const std::int64_t reverse, node.integer("reverse", 0));
    KERF_TRY(OnnxArray array, node.constant(0));
    KERF_TRY(const OnnxArray given, node.constant(1));
    if (given.values.size() != 1)
        return fail(ErrorCode::BadFile, "needs one axis.");
    KERF_TRY(const std::size_t axis, axisOf(toWhole(given.values.front()), array.dims.size()));
    const auto place = array.dims.begin() + static_cast<std::ptrdiff_t>(axis);
    const std::int64_t size = *place, inner = elementCount({ place + 1, array.dims.end() });
    const std::int64_t lines = size > 0 ? static_cast<std::int64_t>(array.values.size()) / size : 0;
    for (std::int64_t line = 0; line < lines; ++line) {
        double sum = 0;
        for (std::int64_t i = 0; i < size; ++i) {
            const std::int64_t step = reverse != 0 ? size - 1 - i : i;
            double& value = array.values[static_cast<std::size_t>((line / inner * size + step) * inner + line % inner)];
            const double before = sum;
            sum = asType(array.type, sum + value);
            value = exclusive != 0 ? before : sum;
        }
    }
    node.set(0, constantValue(std::move(array)));
    return {};
}

/// What runs is float32: other float types of values are kept as words only, whole numbers are cut off.
Status readCast(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(1, 1));
    node.ignore({ "saturate", "round_mode" });
    KERF_TRY(const DType type, typeAttribute(node, "to", 0));
    OnnxValue value = node.input(0);
    if (value.isConstant()) {
        KERF_TRY(OnnxArray array, node.constant(0));
        array.type = type;
        for (double& number : array.values)
            number = asType(type, number);
        node.set(0, constantValue(std::move(array)));
        return {};
    }
    if (isWholeNumber(type) && !isWholeNumber(value.type))
        return fail(ErrorCode::BadFile, "cuts computed numbers to whole ones, which Kerf does not.");
    if (type == DType::Bool && value.type != DType::Bool)
        return fail(ErrorCode::BadFile, "makes truth values of computed numbers, which Kerf does not.");
    value.type = type;
    node.set(0, std::move(value));
    return {};
}

} // namespace

std::span<const OnnxOperator> onnxShapes()
{
    static const OnnxOperator rows[] = {
        { "Constant", readConstant },
        { "Identity", readIdentity },
        { "Dropout", readDropout },
        { "Shape", readShape },
        { "Size", readSize },
        { "ConstantOfShape", readConstantOfShape, 9 },
        { "Range", readRange, 11 },
        { "CumSum", readCumSum, 11 },
        { "Cast", readCast, 6 },
    };
    return rows;
}

} // namespace kerf::core
