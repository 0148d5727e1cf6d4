// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "core/graph/executor.h"

namespace kerf::core {

/// One pass of some samples through a program: where every value lies while it runs. For one use.
class Pass {
public:
    /// All arguments must outlive it.
    Pass(const Graph& graph, const Program& program, const SectionRun& run, const SectionWeights& weights,
        Scratch& scratch, std::span<const std::int64_t> lengths);

    /// @pre data (or indices) has as many rows as rowsOf() says
    void setInput(std::size_t index, float* data, const std::int32_t* indices);
    /// Memory of an output that comes to lie in none of the inputs.
    void setOutput(std::size_t index, float* data) { m_outputs[index] = data; }
    std::int64_t rowsOf(ValueId value) { return shaped(m_graph.value(value).type, nullptr).rows; }

    /// Errors: those of operators.
    Status run();
    /// @pre it has run
    const ValueView& output(std::size_t index) const
    {
        return m_views[static_cast<std::size_t>(m_program.outputPlaces[index])];
    }

private:
    ValueView shaped(const ValueType& type, float* data);
    std::span<const std::int64_t> sameLengths(std::int64_t count);
    /// Finds the memory of a place, once the number of its rows is known.
    void locate(int index);
    const LinearOperator* replacementOf(const Node& node) const;
    Status runStep(const Program::Step& step);
    void observe(const std::vector<int>& sites);
    /// Copies an output that ended elsewhere to where it is wanted.
    void deliver(std::size_t index);

    const Graph& m_graph;
    const Program& m_program;
    const SectionRun& m_run;
    const SectionWeights& m_weights;
    Scratch& m_scratch;
    std::span<const std::int64_t> m_lengths;
    std::int64_t m_tokens;
    std::vector<ValueView> m_views;
    std::vector<float*> m_outputs;
    std::vector<RoutingTable> m_routings;
    std::vector<const LoadedParameter*> m_parameters;
    std::map<std::int64_t, std::vector<std::int64_t>> m_sameLengths;
};

} // namespace kerf::core
