// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/plan/value_placement.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "core/format/layer_format.h"
#include "core/graph/ops/activation.h"
#include "core/graph/ops/batch_norm.h"
#include "core/graph/ops/binary.h"
#include "core/graph/ops/grouped_linear.h"
#include "core/graph/ops/linear.h"
#include "core/graph/ops/patches.h"
#include "core/graph/ops/pool.h"
#include "core/graph/ops/re_row.h"
#include "core/graph/ops/rearrange.h"
#include "core/graph/ops/reduce.h"
#include "core/graph/ops/reshape.h"
#include "core/graph/ops/to_picture.h"
#include "core/graph/ops/unary.h"

namespace kerf::core {
namespace {

constexpr const char* kFoldsNorms = "bn-fold"; ///< the transform

/// A value of bytes.
struct ByteValue {
    ValueId follows = -1;
    std::vector<ValueId> leadsTo; ///< values of bytes that are made of it
    std::vector<int> layers; ///< of bytes, that read it
    bool hasOtherReaders = false;
    bool comesToLayer = false;
    std::string layer; ///< RoundedValue's
};

bool isSum(const Node& node)
{
    return node.op == &binaryOp() && attributesOf<Binary>(node).kind == Binary::Kind::Add
        && !attributesOf<Binary>(node).constant;
}

/// The mean of windows, or of whole planes.
bool isMean(const Node& node)
{
    if (node.op == &poolOp())
        return attributesOf<Pool>(node).kind == Pool::Kind::Mean;
    return node.op == &reduceOp() && attributesOf<Reduce>(node).kind == Reduce::Kind::Mean
        && attributesOf<Reduce>(node).axes == std::vector<std::int64_t> { 2, 3 };
}

bool isMove(const Node& node)
{
    return node.op == &reshapeOp()
        || (node.op == &rearrangeOp()
            && (!attributesOf<Rearrange>(node).fills || attributesOf<Rearrange>(node).fill == 0));
}

bool isMaximum(const Node& node)
{
    return node.op == &poolOp() && attributesOf<Pool>(node).kind == Pool::Kind::Max;
}

class Placement {
public:
    Placement(const Network& network, const Plan& plan)
        : m_graph(network.graph())
    {
        for (std::size_t i = 0; i < m_graph.layers().size(); ++i)
            if (readsBytes(plan, static_cast<int>(i)))
                m_byteLayers.insert(static_cast<int>(i));
        m_foldsNorms = foldsNorms(plan);
    }

    std::vector<RoundedValue> find()
    {
        for (int section = -1; section <= m_graph.blockCount(); ++section) {
            const Section& nodes = section < 0   ? m_graph.entry()
                : section < m_graph.blockCount() ? m_graph.block(section)
                                                 : m_graph.exit();
            for (const NodeId id : nodes.nodes)
                visit(id);
        }
        findReaders();
        std::vector<RoundedValue> found;
        for (const ValueId value : m_order) {
            const ByteValue& bytes = m_values.at(value);
            if (bytes.comesToLayer && bytes.hasOtherReaders)
                found.push_back({ value, m_graph.value(value).name, bytes.layer, bytes.follows });
        }
        return found;
    }

private:
    bool readsBytes(const Plan& plan, int index) const
    {
        const PlanLayer* row = plan.find(m_graph.layers()[static_cast<std::size_t>(index)].name);
        const Op* op = m_graph.nodeOfLayer(index).op;
        const auto format = parseLayerFormat(row ? row->format : std::string());
        return format && format->activation == ActivationFormat::UInt8Tensor
            && (op == &linearOp() || op == &groupedLinearOp());
    }

    bool isOutput(ValueId value) const
    {
        return std::ranges::find(m_graph.outputs(), value) != m_graph.outputs().end();
    }

    /// The value of bytes whose numbers a value holds, in other rows at most.
    ValueId bytesIn(ValueId value) const
    {
        const auto found = m_holds.find(value);
        return found == m_holds.end() ? -1 : found->second;
    }

    bool isClip(const Node& node) const
    {
        return isRelu(node) || (node.op == &unaryOp() && attributesOf<Unary>(node).kind == Unary::Kind::Clip);
    }

    /// What a runtime makes of `value` in one step with what made it: behind a folded norm, and one ReLU or Clip. -1:
    /// no tensor of the file.
    ValueId endOf(ValueId value) const
    {
        ValueId end = -1;
        for (bool isClipped = false;;) {
            if (!m_graph.value(value).name.empty())
                end = value;
            const std::vector<NodeId>& readers = m_graph.value(value).readers;
            if (readers.size() != 1 || isOutput(value))
                return end;
            const Node& next = m_graph.node(readers[0]);
            const bool isStep = next.op == &reRowOp() || next.op == &toPictureOp()
                || (next.op == &batchNormOp() && m_foldsNorms && !isClipped) || (isClip(next) && !isClipped);
            if (!isStep)
                return end;
            isClipped = isClipped || isClip(next);
            value = next.outputs[0];
        }
    }

    void add(ValueId value, const std::vector<ValueId>& madeOf, ValueId follows)
    {
        if (value < 0 || isOutput(value) || m_values.contains(value))
            return;
        m_values[value].follows = follows;
        m_holds[value] = value;
        m_order.push_back(value);
        for (const ValueId from : madeOf)
            m_values[from].leadsTo.push_back(value);
    }

    void visit(NodeId id)
    {
        const Node& node = m_graph.node(id);
        if (m_byteLayers.contains(node.layer))
            add(endOf(node.outputs[0]), {}, -1);
        std::vector<ValueId> from;
        for (const ValueId input : node.inputs)
            if (const ValueId bytes = bytesIn(input); bytes >= 0)
                from.push_back(bytes);
        if (from.empty())
            return;
        if (node.op == &reRowOp()) {
            m_holds.try_emplace(node.outputs[0], from[0]); // who reads it says what it is read as
            return;
        }
        if (node.op == &patchesOp())
            return readPatches(node, from[0]);
        if (m_byteLayers.contains(node.layer)) {
            m_values[from[0]].layers.push_back(node.layer);
            return;
        }
        for (const ValueId value : from)
            m_values[value].hasOtherReaders = true;
        if (from.size() == node.inputs.size())
            derive(node, from);
    }

    void readPatches(const Node& node, ValueId from)
    {
        for (const NodeId reader : m_graph.value(node.outputs[0]).readers)
            if (const int layer = m_graph.node(reader).layer; m_byteLayers.contains(layer))
                m_values[from].layers.push_back(layer);
            else
                m_values[from].hasOtherReaders = true;
    }

    /// What can be made of bytes as bytes.
    void derive(const Node& node, const std::vector<ValueId>& from)
    {
        if (isSum(node) || isMean(node) || (isMove(node) && from.size() > 1))
            add(endOf(node.outputs[0]), from, -1);
        else if (isMove(node) || isMaximum(node))
            add(named(node.outputs[0]), from, from[0]);
    }

    /// The tensor of the file that a value becomes in other rows.
    ValueId named(ValueId value) const
    {
        while (m_graph.value(value).name.empty()) {
            const std::vector<NodeId>& readers = m_graph.value(value).readers;
            if (readers.size() != 1 || m_graph.node(readers[0]).op != &reRowOp())
                return -1;
            value = m_graph.node(readers[0]).outputs[0];
        }
        return value;
    }

    /// Of every value, whether it comes to a layer of bytes, and the first that reads its numbers, moved at most.
    void findReaders()
    {
        for (auto value = m_order.rbegin(); value != m_order.rend(); ++value) {
            ByteValue& bytes = m_values.at(*value);
            bytes.comesToLayer = !bytes.layers.empty();
            if (!bytes.layers.empty())
                bytes.layer = m_graph.layers()[static_cast<std::size_t>(std::ranges::min(bytes.layers))].name;
            for (const ValueId id : bytes.leadsTo) { // which stand behind it
                const ByteValue& next = m_values.at(id);
                bytes.comesToLayer = bytes.comesToLayer || next.comesToLayer;
                if (bytes.layer.empty() && next.follows == *value)
                    bytes.layer = next.layer;
            }
        }
    }

    const Graph& m_graph;
    std::set<int> m_byteLayers;
    bool m_foldsNorms = false;
    std::map<ValueId, ByteValue> m_values;
    std::map<ValueId, ValueId> m_holds;
    std::vector<ValueId> m_order;
};

} // namespace

bool hasRange(const Graph& graph, const Site& site)
{
    return graph.value(site.value).type.rows.kind == RowSpace::Kind::PerSample;
}

bool foldsNorms(const Plan& plan)
{
    return std::ranges::any_of(
        plan.transforms, [](const TransformChoice& choice) { return choice.name == kFoldsNorms; });
}

bool staysInBytes(const Node& node)
{
    return isSum(node) || isMean(node) || isMove(node) || isMaximum(node);
}

std::vector<RoundedValue> valuesRoundedBetween(const Network& network, const Plan& plan)
{
    return plan.roundsBetween ? Placement(network, plan).find() : std::vector<RoundedValue> {};
}

} // namespace kerf::core
