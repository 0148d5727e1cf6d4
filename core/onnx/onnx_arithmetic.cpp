// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <limits>
#include <optional>

#include <fmt/format.h>

#include "core/graph/ops/activation.h"
#include "core/graph/ops/binary.h"
#include "core/graph/ops/unary.h"
#include "core/graph/ops/where.h"
#include "core/onnx/onnx_node.h"

namespace kerf::core {
namespace {

struct UnaryRow {
    std::string_view name;
    Unary::Kind kind;
    float alpha = 0, beta = 0; ///< defaults of the operator's attributes
    const char* alphaName = "";
    const char* betaName = "";
};
constexpr UnaryRow kUnary[] = {
    { "Abs", Unary::Kind::Abs },
    { "Ceil", Unary::Kind::Ceil },
    { "Floor", Unary::Kind::Floor },
    { "Round", Unary::Kind::Round },
    { "Neg", Unary::Kind::Neg },
    { "Exp", Unary::Kind::Exp },
    { "Log", Unary::Kind::Log },
    { "Sqrt", Unary::Kind::Sqrt },
    { "Reciprocal", Unary::Kind::Reciprocal },
    { "Sign", Unary::Kind::Sign },
    { "Sin", Unary::Kind::Sin },
    { "Cos", Unary::Kind::Cos },
    { "Erf", Unary::Kind::Erf },
    { "Sigmoid", Unary::Kind::Sigmoid },
    { "Softplus", Unary::Kind::Softplus },
    { "Softsign", Unary::Kind::Softsign },
    { "Not", Unary::Kind::Not },
    { "HardSwish", Unary::Kind::HardSwish },
    { "Mish", Unary::Kind::Mish },
    { "LeakyRelu", Unary::Kind::LeakyRelu, 0.01f, 0, "alpha" },
    { "Elu", Unary::Kind::Elu, 1.0f, 0, "alpha" },
    { "Selu", Unary::Kind::Selu, 1.67326319217681884765625f, 1.05070102214813232421875f, "alpha", "gamma" },
    { "HardSigmoid", Unary::Kind::HardSigmoid, 0.2f, 0.5f, "alpha", "beta" },
};

Status readUnary(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(1, 1));
    for (const UnaryRow& row : kUnary) {
        if (row.name != node.op())
            continue;
        Unary unary { row.kind, row.alpha, row.beta };
        if (*row.alphaName) {
            KERF_TRY(unary.alpha, node.real(row.alphaName, row.alpha));
        }
        if (*row.betaName) {
            KERF_TRY(unary.beta, node.real(row.betaName, row.beta));
        }
        return node.setAs(node.input(0).type, node.apply(unaryOp(), unary, { &node.input(0) }));
    }
    return fail(ErrorCode::Internal, "has no row of its own.");
}

Status readActivation(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(1, 1));
    kernels::Activation activation = node.op() == "Relu" ? kernels::Activation::Relu : kernels::Activation::Tanh;
    if (node.op() == "Gelu") {
        const Result<std::string> form = node.text("approximate", "none");
        KERF_CHECK(form);
        if (*form != "none" && *form != "tanh")
            return fail(ErrorCode::BadFile, fmt::format("approximates in the unknown way \"{}\".", *form));
        activation = *form == "tanh" ? kernels::Activation::GeluTanh : kernels::Activation::Gelu;
    }
    return node.setAs(node.input(0).type, node.apply(activationOp(), activation, { &node.input(0) }));
}

/// A bound of Clip: an attribute before operator set 11, then an input that may be left out.
Result<float> boundOf(OnnxNode& node, const char* attribute, std::size_t input, float otherwise)
{
    if (node.version() < 11)
        return node.real(attribute, otherwise);
    if (!node.has(input))
        return otherwise;
    KERF_TRY(const OnnxArray bound, node.constant(input));
    if (bound.values.size() != 1)
        return fail(ErrorCode::BadFile, fmt::format("has a bound of {} numbers.", bound.values.size()));
    return static_cast<float>(bound.values.front());
}

Status readClip(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(1, 3));
    constexpr float most = std::numeric_limits<float>::max();
    KERF_TRY(const float low, boundOf(node, "min", 1, -most));
    KERF_TRY(const float high, boundOf(node, "max", 2, most));
    return node.setAs(
        node.input(0).type, node.apply(unaryOp(), Unary { Unary::Kind::Clip, low, high }, { &node.input(0) }));
}

struct BinaryRow {
    std::string_view name;
    Binary::Kind kind;
    bool isTruth = false; ///< the result is a truth value
};
constexpr BinaryRow kBinary[] = {
    { "Add", Binary::Kind::Add },
    { "Sub", Binary::Kind::Sub },
    { "Mul", Binary::Kind::Mul },
    { "Div", Binary::Kind::Div },
    { "Pow", Binary::Kind::Pow },
    { "Mod", Binary::Kind::Mod },
    { "PRelu", Binary::Kind::PRelu },
    { "Equal", Binary::Kind::Equal, true },
    { "Less", Binary::Kind::Less, true },
    { "LessOrEqual", Binary::Kind::LessOrEqual, true },
    { "Greater", Binary::Kind::Greater, true },
    { "GreaterOrEqual", Binary::Kind::GreaterOrEqual, true },
    { "And", Binary::Kind::And, true },
    { "Or", Binary::Kind::Or, true },
    { "Xor", Binary::Kind::Xor, true },
};

Result<OnnxValue> combined(OnnxNode& node, Binary binary, const OnnxValue& a, const OnnxValue& b)
{
    binary.isInteger = isWholeNumber(a.type);
    if (a.isConstant() == b.isConstant())
        return node.apply(binaryOp(), binary, { &a, &b });
    binary.isConstantLeft = a.isConstant();
    const OnnxValue &constant = a.isConstant() ? a : b, &other = a.isConstant() ? b : a;
    binary.constant = constant.dims;
    return node.apply(binaryOp(), binary, { &other }, { &constant });
}

Status readBinary(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(2, 2));
    for (const BinaryRow& row : kBinary) {
        if (row.name != node.op())
            continue;
        Binary binary { row.kind };
        if (row.kind == Binary::Kind::Mod) {
            KERF_TRY(const std::int64_t fmod, node.integer("fmod", 0));
            binary.kind = fmod != 0 ? Binary::Kind::Fmod : Binary::Kind::Mod;
        }
        const DType type = row.isTruth ? DType::Bool : node.input(0).type;
        return node.setAs(type, combined(node, binary, node.input(0), node.input(1)));
    }
    return fail(ErrorCode::Internal, "has no row of its own.");
}

/// Operators of any number of inputs, two after two.
Status readMany(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(1, 1 << 10));
    const Binary::Kind kind = node.op() == "Min" ? Binary::Kind::Min
        : node.op() == "Max"                     ? Binary::Kind::Max
                                                 : Binary::Kind::Add;
    OnnxValue value = node.input(0);
    for (std::size_t i = 1; i < node.inputCount(); ++i) {
        if (!node.has(i))
            return fail(ErrorCode::BadFile, fmt::format("leaves out input {}.", i));
        KERF_TRY(value, combined(node, { kind }, value, node.input(i)));
    }
    if (node.op() == "Mean") {
        KERF_TRY(value,
            node.apply(
                unaryOp(), Unary { Unary::Kind::Affine, 1.0f / static_cast<float>(node.inputCount()), 0 }, { &value }));
    }
    return node.setAs(node.input(0).type, std::move(value));
}

Status readWhere(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(3, 3));
    Where where;
    std::vector<const OnnxValue*> inputs, parameters;
    bool isKnown = true;
    for (std::size_t i = 0; i < 3; ++i)
        isKnown = isKnown && node.input(i).isConstant();
    for (std::size_t i = 0; i < 3; ++i) {
        const bool isParameter = node.input(i).isConstant() && !isKnown;
        parameters.push_back(isParameter ? &node.input(i) : nullptr);
        if (isParameter)
            where.constants[i] = node.input(i).dims;
        else
            inputs.push_back(&node.input(i));
    }
    return node.setAs(node.input(1).type,
        node.apply(whereOp(), where, inputs, isKnown ? std::vector<const OnnxValue*>() : parameters));
}

} // namespace

std::span<const OnnxOperator> onnxArithmetic()
{
    static const std::vector<OnnxOperator> rows = [] {
        std::vector<OnnxOperator> made;
        for (const UnaryRow& row : kUnary)
            made.push_back({ row.name, readUnary });
        for (const BinaryRow& row : kBinary)
            made.push_back({ row.name, readBinary, 7 });
        for (const std::string_view name : { "Relu", "Tanh", "Gelu" })
            made.push_back({ name, readActivation });
        for (const std::string_view name : { "Min", "Max", "Sum", "Mean" })
            made.push_back({ name, readMany, 8 });
        made.push_back({ "Clip", readClip, 6 });
        made.push_back({ "Where", readWhere, 9 });
        return made;
    }();
    return rows;
}

} // namespace kerf::core
