// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/checkpoint/onnx_proto.h"
#include "core/graph/ops/re_row.h"
#include "core/graph/ops/recurrent.h"
#include "core/onnx/movement.h"
#include "core/onnx/onnx_compound.h"
#include "core/onnx/onnx_node.h"

namespace kerf::core {
namespace {

/// Inputs of LSTM and GRU.
enum Input : std::size_t { kX, kW, kR, kB, kLengths, kFirstH, kFirstC, kPeepholes };

/// What all directions of a node share.
struct Layer {
    Recurrent settings; ///< of the first direction; functions are by direction
    std::int64_t directions = 1, gates = 4, hidden = 0, width = 0;
    bool firstIsReverse = false;
    std::vector<std::string> functions; ///< as many for each direction as the cell has
    std::vector<float> alphas, betas;

    std::size_t functionsOfDirection() const { return settings.cell == Recurrent::Cell::Lstm ? 3 : 2; }
};

/// onnx/onnx, LSTM, "Activation functions": names are not case sensitive to most exporters, but spelled so in the
/// standard; alpha and beta stand in lists, for those functions that have them, in their order.
struct FunctionRow {
    std::string_view name;
    Recurrent::Function function;
    bool hasAlpha = false, hasBeta = false;
};
const FunctionRow* findFunction(std::string_view name)
{
    static const FunctionRow rows[] = {
        { "Sigmoid", Unary { Unary::Kind::Sigmoid } },
        { "Tanh", kernels::Activation::Tanh },
        { "Relu", kernels::Activation::Relu },
        { "Softplus", Unary { Unary::Kind::Softplus } },
        { "Softsign", Unary { Unary::Kind::Softsign } },
        { "Affine", Unary { Unary::Kind::Affine, 1.0f, 0.0f }, true, true },
        { "LeakyRelu", Unary { Unary::Kind::LeakyRelu, 0.01f }, true },
        { "Elu", Unary { Unary::Kind::Elu, 1.0f }, true },
        { "HardSigmoid", Unary { Unary::Kind::HardSigmoid, 0.2f, 0.5f }, true, true },
    };
    const auto* found = std::ranges::find(rows, name, &FunctionRow::name);
    return found == std::end(rows) ? nullptr : found;
}

Status setFunctions(const Layer& layer, std::size_t direction, Recurrent& settings)
{
    const std::size_t count = layer.functionsOfDirection();
    std::size_t alpha = 0, beta = 0;
    for (std::size_t i = 0; i < (direction + 1) * count; ++i) {
        const FunctionRow* row = findFunction(layer.functions[i]);
        if (!row)
            return fail(ErrorCode::BadFile, fmt::format("has the unknown activation \"{}\".", layer.functions[i]));
        Recurrent::Function function = row->function;
        if (auto* unary = std::get_if<Unary>(&function)) {
            if (row->hasAlpha && alpha < layer.alphas.size())
                unary->alpha = layer.alphas[alpha++];
            if (row->hasBeta && beta < layer.betas.size())
                unary->beta = layer.betas[beta++];
        }
        if (i < direction * count)
            continue;
        const std::size_t place = i - direction * count;
        (place == 0 ? settings.gate : place == 1 ? settings.candidate : settings.output) = function;
    }
    return {};
}

Result<Layer> layerOf(OnnxNode& node)
{
    Layer layer;
    const bool isLstm = node.op() == "LSTM";
    layer.settings.cell = isLstm ? Recurrent::Cell::Lstm : Recurrent::Cell::Gru;
    layer.gates = isLstm ? 4 : 3;
    const Result<std::string> direction = node.text("direction", "forward");
    KERF_CHECK(direction);
    if (*direction != "forward" && *direction != "reverse" && *direction != "bidirectional")
        return fail(ErrorCode::BadFile, fmt::format("has the unknown direction \"{}\".", *direction));
    layer.directions = *direction == "bidirectional" ? 2 : 1;
    layer.firstIsReverse = *direction == "reverse";
    KERF_TRY(const std::int64_t layout, node.integer("layout", 0));
    if (layout != 0)
        return fail(ErrorCode::BadFile, "has the samples first (layout 1), which onnxruntime does not run either.");
    KERF_TRY(layer.settings.clip, node.real("clip", 0));
    KERF_TRY(const std::int64_t couples, node.integer("input_forget", 0));
    KERF_TRY(const std::int64_t resets, node.integer("linear_before_reset", 0));
    node.ignore({ "output_sequence" });
    layer.settings.couplesGates = couples != 0;
    layer.settings.roundsState = node.proto().domain() == kPrivateDomain;
    layer.settings.isResetAfter = resets != 0;
    KERF_TRY(layer.functions, node.texts("activations"));
    KERF_TRY(layer.alphas, node.reals("activation_alpha"));
    KERF_TRY(layer.betas, node.reals("activation_beta"));
    const std::size_t wanted = layer.functionsOfDirection() * static_cast<std::size_t>(layer.directions);
    for (std::size_t i = layer.functions.size(); i < wanted && layer.functions.size() < wanted; ++i)
        layer.functions.emplace_back(i % layer.functionsOfDirection() == 0 ? "Sigmoid" : "Tanh");
    if (layer.functions.size() != wanted)
        return fail(
            ErrorCode::BadFile, fmt::format("has {} activations; {} are needed.", layer.functions.size(), wanted));
    return layer;
}

Status checkShapes(OnnxNode& node, Layer& layer)
{
    const Shape& x = node.input(kX).dims;
    for (const std::size_t input : { kW, kR, kB, kPeepholes })
        if (node.has(input) && !node.input(input).isConstant())
            return fail(ErrorCode::BadFile, "has weights that are computed while the network runs.");
    const Shape &w = node.input(kW).dims, &r = node.input(kR).dims;
    if (x.size() != 3 || w.size() != 3 || r.size() != 3)
        return fail(ErrorCode::BadFile, "needs an input and weights of three dimensions.");
    layer.hidden = r[2];
    layer.width = x[2];
    KERF_TRY(const std::int64_t hidden, node.integer("hidden_size", layer.hidden));
    const std::int64_t rows = layer.gates * layer.hidden;
    if (hidden != layer.hidden || layer.hidden < 1 || w != Shape { layer.directions, rows, layer.width }
        || r != Shape { layer.directions, rows, layer.hidden })
        return fail(ErrorCode::BadFile,
            fmt::format("has weights of [{}] and [{}] for an input of [{}] and {} directions, which do not fit.",
                fmt::join(w, ", "), fmt::join(r, ", "), fmt::join(x, ", "), layer.directions));
    const auto is
        = [&](std::size_t input, const Shape& shape) { return !node.has(input) || node.input(input).dims == shape; };
    const Shape state { layer.directions, x[1], layer.hidden };
    if (!is(kB, { layer.directions, 2 * rows }) || !is(kFirstH, state) || !is(kFirstC, state)
        || !is(kPeepholes, { layer.directions, 3 * layer.hidden }))
        return fail(ErrorCode::BadFile, "has biases, peepholes or a first state of a shape that does not fit.");
    if (!node.has(kLengths))
        return {};
    KERF_TRY(const std::vector<std::int64_t> lengths, node.wholes(kLengths));
    if (std::ranges::any_of(lengths, [&](std::int64_t length) { return length != x[0]; }))
        return fail(ErrorCode::BadFile, "has sequences of several lengths (sequence_lens), which Kerf does not run.");
    return {};
}

/// Numbers [first, first + count) of one direction of a constant.
Result<std::vector<float>> numbersOf(
    const OnnxValue& constant, std::int64_t direction, std::int64_t first, std::int64_t count)
{
    KERF_TRY(const OnnxArray* array, constant.constant->array());
    const auto begin = array->values.begin() + direction * (elementCount(constant.dims) / constant.dims[0]) + first;
    return std::vector<float>(begin, begin + count);
}

struct Biases {
    ParameterId bias = -1, recurrence = -1;
};

/// Wb + Rb; where a GRU resets R h, the last gate's Rb apart.
Result<Biases> biasesOf(OnnxNode& node, const Layer& layer, std::int64_t direction)
{
    if (!node.has(kB))
        return Biases {};
    const std::int64_t rows = layer.gates * layer.hidden;
    KERF_TRY(std::vector<float> sum, numbersOf(node.input(kB), direction, 0, rows));
    KERF_TRY(const std::vector<float> ofR, numbersOf(node.input(kB), direction, rows, rows));
    const bool isApart = layer.settings.cell == Recurrent::Cell::Gru && layer.settings.isResetAfter;
    const auto added = static_cast<std::size_t>(isApart ? 2 * layer.hidden : rows);
    for (std::size_t i = 0; i < added; ++i)
        sum[i] += ofR[i];
    const std::string name = node.input(kB).constant->tensor();
    Biases biases;
    biases.bias = node.parts().heldNumbers(name, std::move(sum));
    if (isApart)
        biases.recurrence = node.parts().heldNumbers(name, { ofR.end() - layer.hidden, ofR.end() });
    return biases;
}

/// The state at the start of one direction: nothing when the file leaves it out.
Result<std::optional<OnnxValue>> firstState(
    OnnxNode& node, std::size_t input, std::int64_t direction, std::int64_t count)
{
    if (!node.has(input))
        return std::nullopt;
    const OnnxValue& state = node.input(input);
    if (count == 1)
        return state;
    KERF_TRY(OnnxValue part, node.move(partOf(state.dims, 0, direction, 1), { &state }));
    return part;
}

/// Both states, zeros for one that is left out; none when both are.
Result<std::vector<OnnxValue>> firstStates(OnnxNode& node, const Layer& layer, std::int64_t direction)
{
    std::vector<OnnxValue> states;
    const bool isLstm = layer.settings.cell == Recurrent::Cell::Lstm;
    KERF_TRY(std::optional<OnnxValue> h, firstState(node, kFirstH, direction, layer.directions));
    KERF_TRY(std::optional<OnnxValue> c,
        isLstm ? firstState(node, kFirstC, direction, layer.directions)
               : Result<std::optional<OnnxValue>>(std::nullopt));
    if (!h && !c)
        return states;
    const Shape dims { 1, node.input(kX).dims[1], layer.hidden };
    const OnnxValue zeros
        = constantValue({ DType::F32, dims, std::vector<double>(static_cast<std::size_t>(elementCount(dims))) });
    states.push_back(h.value_or(zeros));
    if (isLstm)
        states.push_back(c.value_or(zeros));
    return states;
}

Result<OnnxValue> reversed(OnnxNode& node, const OnnxValue& value)
{
    KERF_TRY(const Rearrange moves, sliced(value.dims, { { 0, -1, INT64_MIN, -1 } }));
    return node.move(moves, { &value });
}

struct Made {
    OnnxValue y, h, c;
};

/// One direction: W x as a layer of all steps, then the cell, whose R is another.
Result<Made> readDirection(OnnxNode& node, const Layer& layer, std::int64_t direction)
{
    OnnxParts& parts = node.parts();
    GraphBuilder& builder = parts.builder();
    const bool isReverse = layer.firstIsReverse || direction == 1;
    OnnxValue x = node.input(kX);
    if (isReverse) {
        KERF_TRY(x, reversed(node, x));
    }
    const std::int64_t steps = x.dims[0], batch = x.dims[1], rows = layer.gates * layer.hidden;
    const std::string kind = layer.settings.cell == Recurrent::Cell::Lstm ? "lstm" : "gru";
    const std::string suffix = isReverse && layer.directions == 2 ? "_reverse" : "";
    KERF_TRY(const ValueId input, parts.valueOf(x));
    KERF_TRY(const ParameterId w, parts.weight(node.input(kW), { rows, layer.width }, WeightLayout::OutIn, direction));
    LayerInfo info = parts.layerInfo(node.proto(), node.input(kW), kind + ".w" + suffix, ".w" + suffix);
    const ValueId product
        = builder.addLayer(std::move(info), parts.rowsOf(input, steps * batch, { layer.width }), w, -1);
    const ValueId sequence = builder.add(reRowOp(), ReRow { 1, { steps, batch, rows } }, { product });

    Recurrent settings = layer.settings;
    settings.hidden = layer.hidden;
    KERF_CHECK(setFunctions(layer, static_cast<std::size_t>(direction), settings));
    KERF_TRY(const ParameterId r, parts.weight(node.input(kR), { rows, layer.hidden }, WeightLayout::OutIn, direction));
    KERF_TRY(const Biases biases, biasesOf(node, layer, direction));
    std::vector<ParameterId> parameters { r, biases.bias, biases.recurrence, -1 };
    if (node.has(kPeepholes)) {
        KERF_TRY(std::vector<float> peepholes, numbersOf(node.input(kPeepholes), direction, 0, 3 * layer.hidden));
        parameters.back() = parts.heldNumbers(node.input(kPeepholes).constant->tensor(), std::move(peepholes));
    }
    std::vector<ValueId> inputs { sequence };
    KERF_TRY(const std::vector<OnnxValue> states, firstStates(node, layer, direction));
    for (const OnnxValue& state : states) {
        KERF_TRY(const ValueId value, parts.valueOf(state));
        inputs.push_back(value);
    }
    KERF_CHECK(builder.status());
    // A GRU that resets h before R meets it multiplies two different rows: it runs, but R stays as it is.
    const bool isLayer = settings.cell == Recurrent::Cell::Lstm || settings.isResetAfter;
    const ValueId y = isLayer
        ? builder.addLayer(parts.layerInfo(node.proto(), node.input(kR), kind + ".r" + suffix, ".r" + suffix),
            recurrentOp(), settings, std::move(inputs), std::move(parameters))
        : builder.add(recurrentOp(), settings, std::move(inputs), std::move(parameters));
    KERF_CHECK(builder.status());
    const std::vector<ValueId> outputs = builder.outputsBeside(y);
    const DType type = node.input(kX).type;
    const Shape state { 1, batch, layer.hidden };
    Made made { { type, { steps, batch, layer.hidden }, {}, y }, { type, state, {}, outputs[1] }, {} };
    if (outputs.size() > 3)
        made.c = { type, state, {}, outputs[3] };
    if (isReverse) {
        KERF_TRY(made.y, reversed(node, made.y));
    }
    return made;
}

/// Directions behind each other along an axis.
Result<OnnxValue> together(OnnxNode& node, std::vector<OnnxValue> parts, std::size_t axis)
{
    if (parts.size() == 1)
        return std::move(parts.front());
    std::vector<Shape> dims;
    std::vector<const OnnxValue*> inputs;
    for (const OnnxValue& part : parts) {
        dims.push_back(part.dims);
        inputs.push_back(&part);
    }
    KERF_TRY(const Rearrange moves, joined(dims, axis));
    return node.move(moves, inputs);
}

Status readRecurrent(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(3, node.op() == "LSTM" ? 8 : 6));
    KERF_TRY(Layer layer, layerOf(node));
    KERF_CHECK(checkShapes(node, layer));
    std::vector<OnnxValue> ys, hs, cs;
    for (std::int64_t direction = 0; direction < layer.directions; ++direction) {
        KERF_TRY(Made made, readDirection(node, layer, direction));
        const Shape dims { made.y.dims[0], 1, made.y.dims[1], made.y.dims[2] };
        KERF_TRY(OnnxValue y, node.reshape(made.y, dims));
        ys.push_back(std::move(y));
        hs.push_back(std::move(made.h));
        cs.push_back(std::move(made.c));
    }
    KERF_TRY(OnnxValue y, together(node, std::move(ys), 1));
    node.set(0, std::move(y));
    if (node.outputCount() > 1) {
        KERF_TRY(OnnxValue h, together(node, std::move(hs), 0));
        node.set(1, std::move(h));
    }
    if (node.outputCount() > 2) {
        KERF_TRY(OnnxValue c, together(node, std::move(cs), 0));
        node.set(2, std::move(c));
    }
    return {};
}

} // namespace

std::span<const OnnxOperator> onnxRecurrent()
{
    static const OnnxOperator rows[] = {
        { "LSTM", readRecurrent, 7 },
        { "GRU", readRecurrent, 7 },
        { "LSTM", readRecurrent, 1, kPrivateDomain },
    };
    return rows;
}

} // namespace kerf::core
