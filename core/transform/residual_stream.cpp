// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/transform/residual_stream.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/graph/op.h"
#include "core/graph/ops/add.h"
#include "core/graph/ops/add_positions.h"
#include "core/graph/ops/gate_rows.h"
#include "core/graph/ops/gather.h"
#include "core/graph/ops/linear.h"
#include "core/graph/ops/norm.h"
#include "core/graph/ops/put_rows.h"
#include "core/graph/ops/take_rows.h"
#include "core/graph/ops/zeros_like.h"

namespace kerf::core {
namespace {

class StreamWalk {
public:
    explicit StreamWalk(const Graph& graph)
        : m_graph(graph)
    {
    }

    ResidualStream walk()
    {
        const std::vector<ValueId>& start = m_graph.entry().outputs;
        if (start.size() != 1) {
            m_found.obstacle = "more than one value goes into its first block";
            return std::move(m_found);
        }
        m_found.width = m_graph.value(start.front()).type.width();
        reach(start.front());
        while (!m_open.empty()) {
            const ValueId value = m_open.back();
            m_open.pop_back();
            followMaker(value);
            for (const NodeId reader : m_graph.value(value).readers)
                followReader(reader);
        }
        const auto inOrder = [](const auto& a, const auto& b) { return a.norm < b.norm; };
        std::ranges::sort(m_found.readers, inOrder);
        std::ranges::sort(m_found.writers);
        return std::move(m_found);
    }

private:
    void reach(ValueId value)
    {
        if (m_seen.insert(value).second)
            m_open.push_back(value);
    }

    void stop(std::string reason)
    {
        if (m_found.obstacle.empty())
            m_found.obstacle = std::move(reason);
    }

    void stopAt(const Node& node) { stop(fmt::format("{} mixes its channels", node.op->info().name)); }

    void followMaker(ValueId value)
    {
        const NodeId id = m_graph.value(value).producer;
        if (id < 0)
            return stop("it is an input of the network");
        const Node& node = m_graph.node(id);
        if (node.op == &addOp() || node.op == &putRowsOp()) {
            reach(node.inputs[0]);
            reach(node.inputs[1]);
        } else if (node.op == &gateRowsOp()) {
            reach(node.inputs[0]);
        } else if (node.op == &gatherOp()) {
            m_found.tables.push_back(node.parameters[0]);
        } else if (node.op == &addPositionsOp()) {
            m_found.tables.push_back(node.parameters[0]);
            reach(node.inputs[0]);
        } else if (node.op == &linearOp()) {
            m_found.writers.push_back(id);
        } else if (node.op == &normOp()) {
            stop(node.block < 0
                    ? "its embeddings are normed"
                    : "it has norms behind attention and MLP, whose weights cannot be moved out of the way");
        } else if (node.op != &zerosLikeOp()) {
            stopAt(node);
        }
    }

    void followReader(NodeId id)
    {
        const Node& node = m_graph.node(id);
        if (node.op == &addOp() || node.op == &putRowsOp() || node.op == &addPositionsOp()
            || node.op == &gateRowsOp()) {
            reach(node.outputs[0]);
        } else if (node.op == &normOp()) {
            if (attributesOf<Norm>(node).kind == NormKind::Layer)
                stop("its norms subtract the mean, which a rotation does not keep");
            ResidualStream::Reader reader { id, {} };
            collectLinears(node.outputs[0], reader);
            m_found.readers.push_back(std::move(reader));
        } else if (node.op == &linearOp()) {
            m_found.readers.push_back({ -1, { id } });
        } else if (node.op != &zerosLikeOp()) {
            stopAt(node);
        }
    }

    /// The linear maps that read what a norm makes of the stream.
    void collectLinears(ValueId value, ResidualStream::Reader& reader)
    {
        for (const NodeId id : m_graph.value(value).readers) {
            const Node& node = m_graph.node(id);
            if (node.op == &linearOp())
                reader.linears.push_back(id);
            else if (node.op == &takeRowsOp())
                collectLinears(node.outputs[0], reader);
            else if (node.op != &zerosLikeOp())
                stopAt(node);
        }
    }

    const Graph& m_graph;
    ResidualStream m_found;
    std::set<ValueId> m_seen;
    std::vector<ValueId> m_open;
};

} // namespace

ResidualStream findResidualStream(const Graph& graph)
{
    return StreamWalk(graph).walk();
}

} // namespace kerf::core
