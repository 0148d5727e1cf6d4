// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/pass.h"

#include <algorithm>
#include <numeric>

namespace kerf::core {

using Place = Program::Place;

Pass::Pass(const Graph& graph, const Program& program, const SectionRun& run, const SectionWeights& weights,
    Scratch& scratch, std::span<const std::int64_t> lengths)
    : m_graph(graph)
    , m_program(program)
    , m_run(run)
    , m_weights(weights)
    , m_scratch(scratch)
    , m_lengths(lengths)
    , m_tokens(std::accumulate(lengths.begin(), lengths.end(), std::int64_t { 0 }))
    , m_views(program.places.size())
    , m_outputs(program.outputs.size())
{
    if (m_scratch.size() < static_cast<std::size_t>(program.slotCount))
        m_scratch.resize(static_cast<std::size_t>(program.slotCount));
}

void Pass::setInput(std::size_t index, float* data, const std::int32_t* indices)
{
    const ValueType& type = m_graph.value(m_program.inputs[index]).type;
    m_views[index] = shaped(type, data);
    m_views[index].indices = indices;
}

Status Pass::run()
{
    observe(m_program.firstSites);
    for (const Program::Step& step : m_program.steps) {
        for (const int output : step.outputs)
            locate(output);
        KERF_CHECK(runStep(step));
        observe(step.sites);
    }
    for (std::size_t i = 0; i < m_outputs.size(); ++i)
        deliver(i);
    return {};
}

ValueView Pass::shaped(const ValueType& type, float* data)
{
    ValueView view;
    view.data = data;
    view.cols = view.stride = type.width();
    switch (type.rows.kind) {
    case RowSpace::Kind::Tokens:
        view.lengths = m_lengths;
        view.rows = m_tokens;
        break;
    case RowSpace::Kind::PerSample:
        view.lengths = sameLengths(type.rows.count);
        view.rows = type.rows.count * static_cast<std::int64_t>(m_lengths.size());
        break;
    case RowSpace::Kind::Routed: {
        const RoutingTable& table = m_routings[static_cast<std::size_t>(m_program.placeOf(type.rows.router))];
        const auto& expert = table.experts[static_cast<std::size_t>(type.rows.expert)];
        view.lengths = expert.lengths;
        view.rows = static_cast<std::int64_t>(expert.rows.size());
        break;
    }
    }
    return view;
}

std::span<const std::int64_t> Pass::sameLengths(std::int64_t count)
{
    std::vector<std::int64_t>& lengths = m_sameLengths[count];
    lengths.resize(m_lengths.size(), count);
    return lengths;
}

void Pass::locate(int index)
{
    const auto at = static_cast<std::size_t>(index);
    const Place& place = m_program.places[at];
    const ValueType& type = m_graph.value(m_program.values[at]).type;
    if (place.kind == Place::Kind::Routing) {
        m_routings.resize(m_program.places.size());
        return;
    }
    ValueView view = shaped(type, nullptr);
    if (place.kind == Place::Kind::Alias) {
        const ValueView& source = m_views[static_cast<std::size_t>(place.index)];
        view.data = source.data + place.column;
        view.stride = source.stride;
    } else if (place.kind == Place::Kind::Output) {
        view.data = m_outputs[static_cast<std::size_t>(place.index)];
    } else {
        view.data = m_scratch[static_cast<std::size_t>(place.index)].sized(view.rows * view.cols);
    }
    m_views[at] = view;
}

const LinearOperator* Pass::replacementOf(const Node& node) const
{
    if (node.layer < 0 || !m_run.replacements)
        return nullptr;
    const auto found = m_run.replacements->find(m_graph.layers()[static_cast<std::size_t>(node.layer)].name);
    return found == m_run.replacements->end() ? nullptr : found->second.get();
}

Status Pass::runStep(const Program::Step& step)
{
    const Node& node = *step.node;
    m_parameters.clear();
    for (const ParameterId parameter : node.parameters)
        m_parameters.push_back(parameter < 0 ? nullptr : &m_weights.at(parameter));
    const OpContext::Sources sources { m_views, m_program.types, m_parameters, replacementOf(node), &m_run.cache,
        &m_routings, m_run.allExperts };
    OpContext context(node, step.inputs, step.outputs, sources);
    return node.op->forward(context);
}

void Pass::observe(const std::vector<int>& sites)
{
    if (!m_run.tap || !*m_run.tap)
        return;
    for (const int index : sites) {
        const Site& site = m_graph.sites()[static_cast<std::size_t>(index)];
        const ValueView& view = m_views[static_cast<std::size_t>(m_program.placeOf(site.value))];
        std::span<const std::int64_t> rows;
        if (const RowSpace& space = m_graph.value(site.value).type.rows; space.kind == RowSpace::Kind::Routed)
            rows = m_routings[static_cast<std::size_t>(m_program.placeOf(space.router))]
                       .experts[static_cast<std::size_t>(space.expert)]
                       .rows;
        const Eigen::Map<const Matrix, 0, Eigen::OuterStride<>> x(
            view.data, view.rows, view.cols, Eigen::OuterStride<>(view.stride));
        (*m_run.tap)({ site, x, view.lengths, rows });
    }
}

void Pass::deliver(std::size_t index)
{
    const ValueView& from = output(index);
    float* const to = m_outputs[index];
    if (!to || from.data == to)
        return;
    for (std::int64_t row = 0; row < from.rows; ++row)
        std::copy_n(from.data + row * from.stride, from.cols, to + row * from.cols);
}

MatrixRef OpContext::input(std::size_t index) const
{
    const ValueView& value = view(m_inputs[index]);
    return Eigen::Map<const Matrix, 0, Eigen::OuterStride<>>(
        value.data, value.rows, value.cols, Eigen::OuterStride<>(value.stride));
}

MutableMatrixRef OpContext::output(std::size_t index) const
{
    const ValueView& value = view(m_outputs[index]);
    return Eigen::Map<Matrix, 0, Eigen::OuterStride<>>(
        value.data, value.rows, value.cols, Eigen::OuterStride<>(value.stride));
}

std::span<const std::int32_t> OpContext::indices(std::size_t index) const
{
    const ValueView& value = view(m_inputs[index]);
    return { value.indices, static_cast<std::size_t>(value.rows) };
}

const RoutingTable& OpContext::routing(std::size_t index) const
{
    return (*m_sources.routings)[static_cast<std::size_t>(m_inputs[index])];
}

RoutingTable& OpContext::routingOutput() const
{
    return (*m_sources.routings)[static_cast<std::size_t>(m_outputs[0])];
}

const Vector& OpContext::vector(std::size_t index) const
{
    static const Vector none;
    const bool isThere = index < m_sources.parameters.size() && m_sources.parameters[index];
    return isThere ? m_sources.parameters[index]->vector : none;
}

Status OpContext::applyLinear(const MatrixRef& x, MutableMatrixRef y) const
{
    const LoadedParameter& own = *m_sources.parameters[0];
    if (!m_sources.replacement && own.streamed)
        return own.streamed->apply(x, lengths(), y);
    (m_sources.replacement ? *m_sources.replacement : *own.linear).apply(x, lengths(), y);
    return {};
}

Result<LinearPtr> OpContext::heldLinear() const
{
    const LoadedParameter& own = *m_sources.parameters[0];
    if (m_sources.replacement) // whoever runs the section holds it
        return LinearPtr(std::shared_ptr<const void>(), m_sources.replacement);
    if (own.streamed)
        return own.streamed->held();
    return own.linear;
}

} // namespace kerf::core
