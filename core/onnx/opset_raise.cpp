// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/onnx/opset_raise.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/checkpoint/onnx_proto.h"
#include "core/onnx/onnx_names.h"

namespace kerf::core {
namespace {

/// A node that is rewritten, and where it stands.
struct Rewriting {
    OnnxDraft& draft;
    onnx::GraphProto& graph;
    onnx::NodeProto& node;
    const RankOf& rankOf;

    const onnx::AttributeProto* find(std::string_view name) const
    {
        const auto found = std::ranges::find_if(
            node.attribute(), [&](const onnx::AttributeProto& attribute) { return attribute.name() == name; });
        return found == node.attribute().end() ? nullptr : &*found;
    }
    std::string name(const std::string& what) const { return fmt::format("{}_{}", node.output(0), what); }

    /// Input `index`, those before it left out where there are none.
    void setInput(int index, const std::string& value) const
    {
        while (node.input_size() <= index)
            node.add_input();
        *node.mutable_input(index) = value;
    }
    /// A list of whole numbers that was an attribute.
    void turnWholes(const std::string& attribute, int index) const
    {
        if (const onnx::AttributeProto* found = find(attribute)) {
            setInput(index, draft.addWholes(name(attribute), { found->ints().begin(), found->ints().end() }));
            dropAttribute(node, attribute);
        }
    }
    /// A number that was an attribute.
    void turnNumber(const std::string& attribute, int index) const
    {
        if (const onnx::AttributeProto* found = find(attribute)) {
            setInput(index, draft.addNumbers(name(attribute), {}, { found->f() }));
            dropAttribute(node, attribute);
        }
    }
};

void turnAxes(const Rewriting& rewriting)
{
    rewriting.turnWholes("axes", 1);
}

void turnBounds(const Rewriting& rewriting)
{
    rewriting.turnNumber("min", 1);
    rewriting.turnNumber("max", 2);
}

void turnSlice(const Rewriting& rewriting)
{
    rewriting.turnWholes("starts", 1);
    rewriting.turnWholes("ends", 2);
    rewriting.turnWholes("axes", 3);
}

void turnPad(const Rewriting& rewriting)
{
    rewriting.turnWholes("pads", 1);
    rewriting.turnNumber("value", 2);
}

void turnSplit(const Rewriting& rewriting)
{
    rewriting.turnWholes("split", 1);
}

/// Equal parts are asked for by their number since 18.
void countParts(const Rewriting& rewriting)
{
    if (rewriting.node.input_size() < 2 && !rewriting.find("num_outputs"))
        setAttribute(rewriting.node, "num_outputs", rewriting.node.output_size());
}

/// Upsample as the Resize of operator set 10.
void turnUpsample(const Rewriting& rewriting)
{
    if (const onnx::AttributeProto* scales = rewriting.find("scales")) {
        const std::vector<float> values(scales->floats().begin(), scales->floats().end());
        rewriting.setInput(1,
            rewriting.draft.addNumbers(rewriting.name("scales"), { static_cast<std::int64_t>(values.size()) }, values));
        dropAttribute(rewriting.node, "scales");
    }
    rewriting.node.set_op_type("Resize");
}

/// Operator set 10 knows one way of places: those of 11 and later have it under these names.
void turnResize(const Rewriting& rewriting)
{
    const std::string scales = rewriting.node.input(1);
    rewriting.setInput(1, {});
    rewriting.setInput(2, scales);
    setAttribute(rewriting.node, "coordinate_transformation_mode", std::string("asymmetric"));
    setAttribute(rewriting.node, "nearest_mode", std::string("floor"));
}

/// Until 13 it goes over all dimensions from the axis on as one; then over that axis alone.
void turnSoftmax(const Rewriting& rewriting)
{
    onnx::NodeProto& node = rewriting.node;
    const onnx::AttributeProto* given = rewriting.find("axis");
    const std::int64_t axis = given ? given->i() : 1;
    const std::optional<std::size_t> rank = rewriting.rankOf(node.input(0));
    setAttribute(node, "axis", -1);
    if (axis == -1 || (rank && axis == static_cast<std::int64_t>(*rank) - 1))
        return;
    const std::string input = node.input(0), output = node.output(0);
    const std::string shape = rewriting.draft.addNode(rewriting.graph, "Shape", { input }, rewriting.name("shape"));
    *node.mutable_input(0) = rewriting.draft.addNode(rewriting.graph, "Flatten", { input }, rewriting.name("flat"),
        [&](onnx::NodeProto& flatten) { setAttribute(flatten, "axis", axis); });
    *node.mutable_output(0) = rewriting.draft.freeName(rewriting.name("rows"));
    const std::string rows = node.output(0);
    rewriting.draft.addNode(rewriting.graph, "Reshape", { rows, shape }, rewriting.name("whole"),
        [&](onnx::NodeProto& reshape) { *reshape.mutable_output(0) = output; });
}

void dropSpatial(const Rewriting& rewriting)
{
    dropAttribute(rewriting.node, "spatial"); // 1, as reading has made sure
}

void dropRatio(const Rewriting& rewriting)
{
    dropAttribute(rewriting.node, "ratio"); // of training, which no network here is for
}

struct Row {
    std::string_view op;
    int since; ///< first operator set in which it has the other form
    void (*rewrite)(const Rewriting&);
};
/// Those that have another form in one of operator sets 8 to 21 (onnx/onnx, docs/Changelog.md), in rising order.
constexpr Row kRows[] = {
    { "BatchNormalization", 9, dropSpatial },
    { "Upsample", 10, turnUpsample },
    { "Slice", 10, turnSlice },
    { "Resize", 11, turnResize },
    { "Clip", 11, turnBounds },
    { "Pad", 11, turnPad },
    { "Dropout", 12, dropRatio },
    { "Softmax", 13, turnSoftmax },
    { "LogSoftmax", 13, turnSoftmax },
    { "Squeeze", 13, turnAxes },
    { "Unsqueeze", 13, turnAxes },
    { "ReduceSum", 13, turnAxes },
    { "Split", 13, turnSplit },
    { "Split", 18, countParts },
    { "ReduceL1", 18, turnAxes },
    { "ReduceL2", 18, turnAxes },
    { "ReduceLogSum", 18, turnAxes },
    { "ReduceLogSumExp", 18, turnAxes },
    { "ReduceMax", 18, turnAxes },
    { "ReduceMean", 18, turnAxes },
    { "ReduceMin", 18, turnAxes },
    { "ReduceProd", 18, turnAxes },
    { "ReduceSumSquare", 18, turnAxes },
};

class Raise {
public:
    Raise(OnnxDraft& draft, std::int64_t from, std::int64_t to, const RankOf& rankOf)
        : m_draft(draft)
        , m_from(from)
        , m_to(to)
        , m_rankOf(rankOf)
    {
    }

    void graph(onnx::GraphProto& graph) const
    {
        for (int i = 0, count = graph.node_size(); i < count; ++i) { // new ones are in the new form
            onnx::NodeProto& node = *graph.mutable_node(i);
            for (onnx::AttributeProto& attribute : *node.mutable_attribute())
                if (attribute.has_g())
                    this->graph(*attribute.mutable_g());
            if (!standardDomain(node.domain()).empty())
                continue;
            for (const Row& row : kRows)
                if (row.op == node.op_type() && row.since > m_from && row.since <= m_to)
                    row.rewrite({ m_draft, graph, node, m_rankOf });
        }
    }

private:
    OnnxDraft& m_draft;
    std::int64_t m_from, m_to;
    const RankOf& m_rankOf;
};

/// The IR version that came with an operator set (onnx/onnx, docs/Versioning.md).
std::int64_t irOf(std::int64_t operatorSet)
{
    return operatorSet >= 21 ? 10 : operatorSet >= 19 ? 9 : operatorSet >= 15 ? 8 : 7;
}

} // namespace

Status raiseOperatorSet(OnnxDraft& draft, std::int64_t to, const RankOf& rankOf)
{
    const std::int64_t from = draft.operatorSet("");
    if (from >= to)
        return {};
    if (draft.model().functions_size() > 0)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: is written in operator set {}, {} is needed, and its local functions cannot be raised to "
                        "it. Export it from the framework with a later opset_version.",
                draft.source().folder().string(), from, to));
    Raise(draft, from, to, rankOf).graph(draft.graph());
    draft.setOperatorSet("", to);
    draft.model().set_ir_version(std::max<std::int64_t>(draft.model().ir_version(), irOf(to)));
    return {};
}

} // namespace kerf::core
