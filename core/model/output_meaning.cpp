// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/output_meaning.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "core/graph/op.h"
#include "core/graph/ops/concat.h"
#include "core/graph/ops/rearrange.h"
#include "core/graph/ops/reduce.h"
#include "core/graph/ops/reshape.h"
#include "core/graph/ops/softmax.h"
#include "core/graph/ops/to_picture.h"
#include "core/graph/ops/unary.h"

namespace kerf::core {
namespace {

using Kind = OutputMeaning::Kind;

constexpr std::array kNames { "logits", "probabilities", "chances", "values", "vectors", "boxes", "state", "ignored" };

/// Numbers of its inputs in other places.
bool isMove(const Node& node)
{
    const std::array moves { &reshapeOp(), &concatOp(), &rearrangeOp(), &toPictureOp() };
    return node.op->info().isMove || std::ranges::find(moves, node.op) != moves.end();
}

bool isUnary(const Node& node, Unary::Kind kind)
{
    return node.op == &unaryOp() && attributesOf<Unary>(node).kind == kind;
}

bool isMean(const Node& node)
{
    return node.op == &reduceOp() && attributesOf<Reduce>(node).kind == Reduce::Kind::Mean;
}

/// The nodes whose numbers a value holds, moves aside; `throughMeans`: means too. -1: an input of the graph.
std::set<NodeId> makersOf(const Graph& graph, ValueId value, bool throughMeans)
{
    const NodeId producer = graph.value(value).producer;
    if (producer < 0)
        return { producer };
    const Node& node = graph.node(producer);
    if (!isMove(node) && !(throughMeans && isMean(node)))
        return { producer };
    std::set<NodeId> makers;
    for (const ValueId input : node.inputs)
        makers.merge(makersOf(graph, input, throughMeans));
    return makers;
}

class OutputGuess {
public:
    explicit OutputGuess(const Graph& graph)
        : m_graph(graph)
    {
    }

    std::vector<OutputMeaning> all()
    {
        for (const ValueId output : m_graph.outputs())
            m_found.push_back(alone(output));
        for (std::size_t i = 0; i < m_found.size(); ++i)
            for (std::size_t classes = 0; classes < m_found.size() && m_found[i].kind != Kind::State; ++classes)
                if (classes != i && areBoxesOf(i, classes))
                    m_found[i] = boxes(i, classes);
        return std::move(m_found);
    }

private:
    const Value& output(std::size_t index) const { return m_graph.value(m_graph.outputs()[index]); }

    bool areMadeBy(ValueId value, bool throughMeans, const std::function<bool(const Node&)>& is) const
    {
        return std::ranges::all_of(makersOf(m_graph, value, throughMeans),
            [&](NodeId maker) { return maker >= 0 && is(m_graph.node(maker)); });
    }

    OutputMeaning alone(ValueId id) const
    {
        if (const auto input = stateInput(id))
            return { Kind::State, -1, *input };
        if (areMadeBy(id, false, [](const Node& node) { return node.op == &softmaxOp(); }))
            return distribution(id);
        const auto isChance = [](const Node& node) {
            return isUnary(node, Unary::Kind::Sigmoid) || isUnary(node, Unary::Kind::HardSigmoid);
        };
        if (areMadeBy(id, true, isChance))
            return { Kind::Chances };
        const Shape& shape = m_graph.value(id).type.shape;
        const auto wide = std::ranges::count_if(shape, [](std::int64_t size) { return size > 1; });
        if (wide != 1)
            return { Kind::Values };
        const auto axis = std::ranges::find_if(shape, [](std::int64_t size) { return size > 1; });
        return { Kind::Logits, (axis - shape.begin()) - static_cast<std::int64_t>(shape.size()) };
    }

    OutputMeaning distribution(ValueId id) const
    {
        const NodeId maker = *makersOf(m_graph, id, false).begin();
        const auto& softmax = attributesOf<Softmax>(m_graph.node(maker));
        const auto rank = static_cast<std::int64_t>(m_graph.value(id).type.shape.size());
        // Behind a move it is only known that classes usually come last.
        const bool isMoved = m_graph.value(id).producer != maker;
        const std::int64_t axis = isMoved ? -1 : softmax.axis < 0 ? softmax.axis : softmax.axis - rank;
        return { softmax.isLog ? Kind::Logits : Kind::Probabilities, axis };
    }

    std::optional<std::string> stateInput(ValueId id) const
    {
        const Value& made = m_graph.value(id);
        for (const ValueId input : m_graph.inputs()) {
            const Value& given = m_graph.value(input);
            const bool isNamed = !given.name.empty() && made.name != given.name
                && (made.name.starts_with(given.name) || made.name.ends_with(given.name));
            if (isNamed && given.type.shape == made.type.shape && given.type.element == made.type.element
                && m_graph.inputs().size() > 1)
                return given.name;
        }
        return std::nullopt;
    }

    bool areBoxesOf(std::size_t index, std::size_t classes) const
    {
        const Shape &shape = output(index).type.shape, &scores = output(classes).type.shape;
        const Kind kind = m_found[classes].kind;
        const bool isScored = kind == Kind::Probabilities || kind == Kind::Chances || kind == Kind::Logits
            || (kind == Kind::Values && scores.size() == shape.size());
        return isScored && m_found[index].kind == Kind::Values && shape.size() >= 2 && shape.back() == 4
            && scores.size() == shape.size() && std::equal(shape.begin(), shape.end() - 1, scores.begin())
            && shape[shape.size() - 2] > 1;
    }

    OutputMeaning boxes(std::size_t index, std::size_t classes)
    {
        OutputMeaning meaning { Kind::Boxes };
        const auto isLayer = [](const Node& node) { return node.layer >= 0; };
        if (areMadeBy(m_graph.outputs()[index], false, isLayer))
            meaning.boxes.form = BoxDecoding::Form::Offsets;
        if (m_found[classes].kind == Kind::Values)
            m_found[classes] = { Kind::Logits };
        if (m_found[classes].kind != Kind::Chances && output(classes).type.shape.back() > 1)
            meaning.boxes.background = 0;
        return meaning;
    }

    const Graph& m_graph;
    std::vector<OutputMeaning> m_found;
};

std::string boxesText(const BoxDecoding& boxes)
{
    static constexpr std::array kForms { "boxes by their corners", "boxes by their middle and size",
        "boxes by corner and size", "differences of boxes from anchors" };
    return fmt::format("{}{}{}", kForms[static_cast<std::size_t>(boxes.form)], boxes.isNormalized ? "" : " in pixels",
        boxes.background ? fmt::format(", class {} of their scores meaning nothing", *boxes.background) : "");
}

} // namespace

const char* meaningName(OutputMeaning::Kind kind)
{
    return kNames[static_cast<std::size_t>(kind)];
}

std::string meaningText(const OutputMeaning& meaning)
{
    switch (meaning.kind) {
    case Kind::Logits:
        return "logits of classes";
    case Kind::Probabilities:
        return "probabilities of classes";
    case Kind::Chances:
        return "chances, each of something of its own";
    case Kind::Values:
        return "numbers";
    case Kind::Vectors:
        return "vectors";
    case Kind::Boxes:
        return boxesText(meaning.boxes);
    case Kind::State:
        return fmt::format("the state that goes into {} at the next step", meaning.input);
    case Kind::Ignored:
        break;
    }
    return "something that nobody reads";
}

std::vector<OutputMeaning> guessOutputs(const Graph& graph)
{
    return OutputGuess(graph).all();
}

} // namespace kerf::core
