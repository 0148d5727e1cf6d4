// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/small_cnn.h"

#include "core/graph/convolution.h"
#include "core/graph/ops/activation.h"
#include "core/graph/ops/batch_norm.h"
#include "tests/support/random_matrix.h"

namespace kerf::test {

using namespace kerf::core;

SmallCnn::SmallCnn(std::int64_t channels, std::int64_t size)
{
    const RowSpace oneRow { RowSpace::Kind::PerSample, 1, -1, -1 };
    m_picture = m_builder.input("x", { { channels, size, size }, oneRow, ElementType::Float });
    m_builder.beginBlock();
}

ParameterId SmallCnn::numbers(const std::string& tensor, Shape shape)
{
    const std::int64_t rows = shape.size() > 1 ? shape[0] : 1, cols = shape.back();
    if (!m_weights->tensors.contains(tensor))
        m_weights->tensors[tensor] = randomMatrix(m_random, rows, cols);
    return m_builder.parameter(parameterOf(tensor, std::move(shape)));
}

ValueId SmallCnn::convolution(
    const std::string& name, ValueId from, std::int64_t outputs, std::int64_t kernel, std::int64_t groups)
{
    const std::int64_t channels = m_builder.typeOf(from).shape[0], pad = kernel / 2;
    LayerInfo info;
    info.name = name;
    info.groups = static_cast<int>(groups);
    const ParameterId weight = numbers(name + ".weight", { outputs, channels / groups * kernel * kernel });
    return addConvolution(m_builder, info, Patches { kernel, kernel, 1, 1, pad, pad, pad, pad }, from, weight,
        numbers(name + ".bias", { outputs }));
}

ValueId SmallCnn::norm(const std::string& name, ValueId from)
{
    const std::int64_t channels = m_builder.typeOf(from).shape[0];
    const ParameterId weight = numbers(name + ".weight", { channels }), bias = numbers(name + ".bias", { channels }),
                      mean = numbers(name + ".mean", { channels }),
                      variance = numbers(name + ".variance", { channels });
    m_weights->tensors[name + ".variance"] = m_weights->tensors[name + ".variance"].cwiseAbs();
    return m_builder.add(batchNormOp(), BatchNorm { 1e-3 }, { from }, { weight, bias, mean, variance });
}

ValueId SmallCnn::relu(ValueId from)
{
    return m_builder.add(activationOp(), kernels::Activation::Relu, { from });
}

std::shared_ptr<const Network> SmallCnn::finish(const std::vector<ValueId>& outputs)
{
    m_builder.beginExit();
    for (std::size_t i = 0; i < outputs.size(); ++i)
        m_builder.output("y" + std::to_string(i), outputs[i]);
    Result<Graph> graph = m_builder.build();
    if (!graph)
        throw std::runtime_error(graph.error().message);
    NetworkInfo info;
    info.architecture = "small cnn";
    return std::make_shared<const GraphNetwork>(std::move(*graph), std::move(info), m_weights);
}

Batch randomPictures(const Network& network, std::int64_t count)
{
    CounterRng random(5);
    const ValueType& type = network.graph().value(network.graph().inputs()[0]).type;
    Batch batch;
    batch.inputs.push_back({ {}, randomMatrix(random, count, type.width()) });
    batch.lengths.assign(static_cast<std::size_t>(count), 1);
    return batch;
}

} // namespace kerf::test
