// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/fake_network.h"

#include "core/base/random.h"
#include "core/graph/ops/add.h"
#include "core/graph/ops/gather.h"
#include "core/graph/ops/linear.h"

namespace kerf::test {
namespace {

using namespace kerf::core;

Matrix randomMatrix(std::int64_t rows, std::int64_t cols, double scale, std::uint64_t stream)
{
    CounterRng random(20240607, stream);
    Matrix matrix(rows, cols);
    for (std::int64_t r = 0; r < rows; ++r) {
        for (std::int64_t c = 0; c < cols; ++c)
            matrix(r, c) = static_cast<float>(scale * random.normal());
    }
    return matrix;
}

class PlainLinear : public LinearOperator {
public:
    explicit PlainLinear(Matrix weight)
        : m_weight(std::move(weight))
    {
    }
    LayerShape shape() const override { return { m_weight.rows(), m_weight.cols() }; }
    void apply(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef y) const override
    {
        std::int64_t first = 0; // window by window: a product must not depend on the rows beside it
        for (const std::int64_t length : lengths) {
            y.middleRows(first, length) = x.middleRows(first, length) * m_weight.transpose();
            first += length;
        }
    }

private:
    Matrix m_weight;
};

std::string layerName(int block)
{
    return "blocks." + std::to_string(block) + ".proj";
}

Graph graphOf(std::int64_t vocabulary, std::int64_t hidden, int blocks)
{
    GraphBuilder builder;
    const ValueId ids = builder.input("input_ids", { { 1 }, {}, ElementType::Index });
    ValueId stream = builder.add(
        gatherOp(), Gather {}, { ids }, { builder.parameter(parameterOf("embedding", { vocabulary, hidden })) });
    for (int block = 0; block < blocks; ++block) {
        builder.beginBlock();
        LayerInfo info;
        info.name = layerName(block);
        info.role = "proj";
        const ValueId added
            = builder.addLayer(info, stream, builder.parameter(parameterOf(info.name + ".weight", { hidden, hidden })));
        stream = builder.add(addOp(), Add {}, { stream, added });
    }
    builder.beginExit();
    builder.output("logits",
        builder.add(
            linearOp(), {}, { stream }, { builder.parameter(parameterOf("head", { vocabulary, hidden })), -1 }));
    return builder.build().value();
}

} // namespace

LinearPtr plainLinear(Matrix weight)
{
    return std::make_shared<PlainLinear>(std::move(weight));
}

FakeNetwork::FakeNetwork(Graph graph, NetworkInfo info, std::shared_ptr<MemoryWeights> weights)
    : GraphOfTest(std::move(graph), std::move(info), weights)
    , m_weights(std::move(weights))
    , embedding(m_weights->tensors["embedding"])
    , head(m_weights->tensors["head"])
{
}

FakeNetwork::FakeNetwork(std::int64_t vocabulary, std::int64_t hidden, int blocks)
    : FakeNetwork(
        graphOf(vocabulary, hidden, blocks), { "fake", hidden, vocabulary, 4096 }, std::make_shared<MemoryWeights>())
{
    embedding = randomMatrix(vocabulary, hidden, 1.0, 1);
    head = randomMatrix(vocabulary, hidden, 0.5, 2);
    for (int block = 0; block < blocks; ++block)
        m_weights->tensors[layerName(block) + ".weight"]
            = randomMatrix(hidden, hidden, 0.2, std::uint64_t { 10 } + static_cast<std::uint64_t>(block));
}

FakeNetwork::FakeNetwork(const std::vector<LayerInfo>& layers, const std::string& architecture)
    : FakeNetwork(graphOfLayers(layers, 100), { architecture, layers.front().shape.cols, 100, 4096 },
        std::make_shared<MemoryWeights>())
{
}

std::vector<LayerInfo> llamaLayers(int blocks, std::int64_t hidden, std::int64_t keyValue, std::int64_t inner)
{
    std::vector<LayerInfo> layers;
    for (int block = 0; block < blocks; ++block) {
        const std::string prefix = "model.layers." + std::to_string(block) + ".";
        const std::string q = prefix + "self_attn.q_proj";
        const std::string gate = prefix + "mlp.gate_proj";
        layers.push_back({ q, block, "q", { hidden, hidden }, q, 0, q });
        layers.push_back({ prefix + "self_attn.k_proj", block, "k", { keyValue, hidden }, q, 0, q });
        layers.push_back({ prefix + "self_attn.v_proj", block, "v", { keyValue, hidden }, q, 0, q });
        const std::string o = prefix + "self_attn.o_proj";
        layers.push_back({ o, block, "o", { hidden, hidden }, o, 1, o });
        layers.push_back({ gate, block, "gate", { inner, hidden }, gate, 2, gate });
        layers.push_back({ prefix + "mlp.up_proj", block, "up", { inner, hidden }, gate, 2, gate });
        const std::string down = prefix + "mlp.down_proj";
        layers.push_back({ down, block, "down", { hidden, inner }, down, 3, down });
    }
    return layers;
}

} // namespace kerf::test
