// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/op_bench.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "core/base/parallel.h"
#include "tests/support/random_matrix.h"

namespace kerf::test {

using namespace kerf::core;

namespace {

Samples runOnce(const Op& op, const std::any& attributes, const std::vector<Samples>& inputs,
    const std::vector<OpParameter>& parameters, int output)
{
    OpBench bench;
    std::vector<ValueId> values;
    for (const Samples& input : inputs)
        values.push_back(
            input.perSample > 1 ? bench.input(input.rows, input.perSample) : bench.picture(input.rows, input.shape));
    std::vector<ParameterId> ids;
    for (const OpParameter& parameter : parameters)
        ids.push_back(parameter.values.size() > 0 ? bench.parameter(parameter.values, parameter.isVector) : -1);
    const ValueId first = bench.builder.add(op, attributes, values, ids);
    if (first < 0)
        throw std::runtime_error(bench.builder.build().error().message);
    Shape shape = bench.builder.typeOf(first + output).shape;
    const std::vector<std::int64_t> lengths(static_cast<std::size_t>(inputs[0].rows.rows() / inputs[0].perSample), 1);
    return { bench.run(first + output, lengths), std::move(shape) };
}

bool sameBits(const Matrix& a, const MatrixRef& b)
{
    const Matrix copy = b;
    return a.size() == copy.size()
        && std::memcmp(a.data(), copy.data(), static_cast<std::size_t>(a.size()) * sizeof(float)) == 0;
}

} // namespace

Matrix randomOf(std::int64_t rows, std::int64_t cols, std::uint64_t seed)
{
    CounterRng random(seed);
    return randomMatrix(random, rows, cols);
}

Samples Samples::random(Shape shape, std::int64_t count, std::uint64_t seed)
{
    const std::int64_t width = ValueType { shape, {} }.width();
    return { randomOf(count, width, seed), std::move(shape) };
}

ValueId OpBench::input(Matrix rows, std::int64_t perSample)
{
    ValueType type { { rows.cols() }, {}, ElementType::Float };
    if (perSample > 0)
        type.rows = { RowSpace::Kind::PerSample, perSample, -1, -1 };
    m_batch.inputs.push_back({ {}, std::move(rows) });
    return builder.input("input", type);
}

ValueId OpBench::picture(Matrix rows, Shape shape)
{
    m_batch.inputs.push_back({ {}, std::move(rows) });
    return builder.input("picture", { std::move(shape), { RowSpace::Kind::PerSample, 1, -1, -1 }, ElementType::Float });
}

ParameterId OpBench::parameter(const Matrix& values, bool isVector)
{
    const std::string name = "p" + std::to_string(m_weights->tensors.size());
    m_weights->tensors[name] = values;
    return builder.parameter(
        parameterOf(name, isVector ? Shape { values.cols() } : Shape { values.rows(), values.cols() }));
}

Matrix OpBench::run(ValueId output, const std::vector<std::int64_t>& lengths)
{
    m_batch.lengths = lengths;
    builder.output("output", output);
    const Result<Graph> graph = builder.build();
    if (!graph)
        throw std::runtime_error(graph.error().message);
    Hidden hidden;
    hidden.lengths = lengths;
    for (std::size_t i = 0; i < m_batch.inputs.size(); ++i) {
        const RowSpace& rows = graph->value(graph->inputs()[i]).type.rows;
        hidden.values.push_back({ m_batch.inputs[i].rows, rows.kind == RowSpace::Kind::PerSample ? rows.count : 0 });
    }
    const GraphNetwork network(*graph, { "test" }, m_weights);
    auto outputs = network.leave(hidden);
    if (!outputs)
        throw std::runtime_error(outputs.error().message);
    return outputs->front();
}

Samples runOp(const Op& op, const std::any& attributes, const std::vector<Samples>& inputs,
    const std::vector<OpParameter>& parameters, int output)
{
    const int threads = threadCount();
    setThreadCount(1);
    Samples found = runOnce(op, attributes, inputs, parameters, output);
    setThreadCount(2);
    if (!sameBits(found.rows, runOnce(op, attributes, inputs, parameters, output).rows))
        throw std::runtime_error("Two threads make other bits than one.");
    const std::int64_t samples = inputs[0].rows.rows() / inputs[0].perSample, rows = found.rows.rows() / samples;
    for (std::int64_t sample = 0; sample < samples; ++sample) {
        std::vector<Samples> alone;
        for (const Samples& input : inputs)
            alone.emplace_back(
                Matrix(input.rows.middleRows(sample * input.perSample, input.perSample)), input.shape, input.perSample);
        if (!sameBits(
                runOnce(op, attributes, alone, parameters, output).rows, found.rows.middleRows(sample * rows, rows)))
            throw std::runtime_error("A sample alone makes other bits than beside others.");
    }
    setThreadCount(threads);
    return found;
}

std::string refusalOf(
    const Op& op, const std::any& attributes, const std::vector<Shape>& inputs, const std::vector<Shape>& parameters)
{
    GraphBuilder builder;
    builder.beginExit();
    std::vector<ValueId> values;
    for (const Shape& shape : inputs)
        values.push_back(
            builder.input("input", { shape, { RowSpace::Kind::PerSample, 1, -1, -1 }, ElementType::Float }));
    std::vector<ParameterId> ids;
    for (const Shape& shape : parameters)
        ids.push_back(builder.parameter(parameterOf("p", shape)));
    builder.add(op, attributes, values, ids);
    const auto graph = builder.build();
    return graph ? std::string() : graph.error().message;
}

} // namespace kerf::test
