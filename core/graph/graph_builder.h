// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <any>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/graph/graph.h"
#include "core/graph/op.h"

namespace kerf::core {

/// Puts a graph together, node by node, in an order in which it can run. The first error (a shape that an operator does
/// not take) is kept and told by build(); what comes behind it is ignored.
class GraphBuilder {
public:
    GraphBuilder() = default;
    /// Goes on from a finished graph, to insert into it. Everything keeps its number.
    explicit GraphBuilder(Graph graph);

    ValueId input(std::string name, ValueType type);
    /// `key` is filled in when it is empty.
    ParameterId parameter(Parameter parameter);
    /// The one output. Errors are kept.
    ValueId add(
        const Op& op, std::any attributes, std::vector<ValueId> inputs, std::vector<ParameterId> parameters = {});
    /// A linear node whose weight is quantizable. Name, role, tie (empty: the site) and groups are used of `info`.
    ValueId addLayer(LayerInfo info, ValueId input, ParameterId weight, ParameterId bias = -1);
    /// A node of any operator whose first parameter is a quantizable weight: its first output.
    ValueId addLayer(LayerInfo info, const Op& op, std::any attributes, std::vector<ValueId> inputs,
        std::vector<ParameterId> parameters);
    /// Elements of a row of a value; 1 after an error.
    std::int64_t widthOf(ValueId value) const { return value < 0 ? 1 : m_graph.value(value).type.width(); }
    /// All outputs of the node that makes a value. @pre it is no input
    std::vector<ValueId> outputsBeside(ValueId value) const
    {
        return m_graph.node(m_graph.value(value).producer).outputs;
    }
    /// @pre no error so far
    const ValueType& typeOf(ValueId value) const { return m_graph.value(value).type; }
    /// Nodes added from here on belong to the next block, until the next call.
    void beginBlock() { ++m_section; }
    /// From here on to the exit: final norm, head.
    void beginExit() { m_exit = true; }
    /// What a value is called that has no name yet.
    void name(ValueId value, const std::string& name);
    /// Declares an output of the graph.
    void output(std::string name, ValueId value);

    /// Puts op(value) behind a value that is no input: all its readers read the new one.
    void insertBehind(ValueId value, const Op& op, std::any attributes);

    /// Checks, cuts into sections and parts, and finds sites with their producers.
    /// Errors: BadFile: the first that was met; a block without a layer is none.
    Result<Graph> build();
    /// The first error that was met.
    const Status& status() const { return m_status; }
    /// In place of beginBlock() and beginExit(), once all nodes are there: blocks end where nothing is live but one
    /// value and those that go from the inputs through the whole network, and have a layer each; readers of indices
    /// come before the first.
    void cutIntoBlocks();

private:
    ValueId append(const Op& op, std::any attributes, std::vector<ValueId> inputs, std::vector<ParameterId> parameters,
        std::size_t at);
    int sectionNow() const;
    std::size_t moveReadersOfIndicesToFront(); ///< how many nodes they are, with what they depend on

    Graph m_graph;
    std::vector<LayerInfo> m_infos; ///< of the layers, in the order in which they were added
    std::vector<NodeId> m_order; ///< in which nodes run
    int m_section = 0; ///< blocks begun
    bool m_exit = false;
    Status m_status {};
};

} // namespace kerf::core
