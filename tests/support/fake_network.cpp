// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/fake_network.h"

#include "core/base/random.h"

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

class PlainWeights : public BlockWeights {
public:
    explicit PlainWeights(Matrix weight)
        : m_weight(std::move(weight))
    {
    }
    const Matrix& weight(const std::string&) const override { return m_weight; }

private:
    Matrix m_weight;
};

class PlainLinear : public LinearOperator {
public:
    explicit PlainLinear(Matrix weight)
        : m_weight(std::move(weight))
    {
    }
    LayerShape shape() const override { return { m_weight.rows(), m_weight.cols() }; }
    void apply(const MatrixRef& x, std::span<const std::int64_t>, MutableMatrixRef y) const override
    {
        y = x * m_weight.transpose();
    }

private:
    Matrix m_weight;
};

} // namespace

LinearPtr plainLinear(Matrix weight)
{
    return std::make_shared<PlainLinear>(std::move(weight));
}

FakeNetwork::FakeNetwork(std::int64_t vocabulary, std::int64_t hidden, int blocks)
    : embedding(randomMatrix(vocabulary, hidden, 1.0, 1))
    , head(randomMatrix(vocabulary, hidden, 0.5, 2))
{
    for (int block = 0; block < blocks; ++block) {
        const std::string name = "blocks." + std::to_string(block) + ".proj";
        m_layers.push_back({ name, block, "proj", { hidden, hidden }, name, 0, name });
        m_weights.push_back(randomMatrix(hidden, hidden, 0.2, static_cast<std::uint64_t>(10 + block)));
    }
}

FakeNetwork::FakeNetwork(std::vector<LayerInfo> layers)
    : m_layers(std::move(layers))
{
}

const std::string& FakeNetwork::architecture() const
{
    static const std::string name = "fake";
    return name;
}

Result<Hidden> FakeNetwork::embed(std::span<const std::vector<TokenId>> windows) const
{
    Hidden hidden;
    std::int64_t rows = 0;
    for (const std::vector<TokenId>& window : windows) {
        hidden.lengths.push_back(static_cast<std::int64_t>(window.size()));
        rows += hidden.lengths.back();
    }
    hidden.rows.resize(rows, embedding.cols());
    std::int64_t row = 0;
    for (const std::vector<TokenId>& window : windows) {
        for (const TokenId id : window)
            hidden.rows.row(row++) = embedding.row(id);
    }
    return hidden;
}

Result<std::shared_ptr<const BlockWeights>> FakeNetwork::loadBlock(int block) const
{
    return std::shared_ptr<const BlockWeights>(
        std::make_shared<PlainWeights>(m_weights[static_cast<std::size_t>(block)]));
}

Status FakeNetwork::runBlock(int block, const BlockWeights& weights, const BlockRun& run, Hidden& hidden) const
{
    if (run.part == BlockPart::Mlp)
        return {};
    const std::string& name = m_layers[static_cast<std::size_t>(block)].name;
    if (run.tap)
        run.tap(name, hidden.rows);
    if (run.lastStage == 0)
        return {};
    Matrix y(hidden.rows.rows(), hidden.rows.cols());
    const bool replaced = run.replacements && run.replacements->contains(name);
    if (replaced)
        run.replacements->at(name)->apply(hidden.rows, hidden.lengths, y);
    else
        y = hidden.rows * weights.weight(name).transpose();
    hidden.rows += y;
    return {};
}

Result<Matrix> FakeNetwork::logits(const Hidden& hidden, std::int64_t first, std::int64_t count) const
{
    return Matrix(hidden.rows.middleRows(first, count) * head.transpose());
}

Result<Matrix> FakeNetwork::layerWeight(const std::string& layer) const
{
    for (std::size_t i = 0; i < m_weights.size(); ++i) {
        if (m_layers[i].name == layer)
            return m_weights[i];
    }
    return fail(ErrorCode::InvalidArgument, "There is no layer " + layer);
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
