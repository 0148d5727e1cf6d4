// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/memory_weights.h"

#include "core/graph/ops/gather.h"
#include "core/graph/ops/linear.h"

namespace kerf::test {

using namespace kerf::core;

namespace {

class MemoryTable final : public RowTable {
public:
    explicit MemoryTable(Matrix rows)
        : m_rows(std::move(rows))
    {
    }
    std::int64_t rows() const override { return m_rows.rows(); }
    Status read(std::span<const std::int32_t> ids, MutableMatrixRef out) const override
    {
        for (std::size_t i = 0; i < ids.size(); ++i)
            out.row(static_cast<Eigen::Index>(i)) = m_rows.row(ids[i]);
        return {};
    }

private:
    Matrix m_rows;
};

class MemoryLinear final : public StreamedLinear {
public:
    explicit MemoryLinear(Matrix weight)
        : m_linear(makeDenseLinear(std::move(weight)))
    {
    }
    Status apply(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef y) const override
    {
        m_linear->apply(x, lengths, y);
        return {};
    }
    Result<LinearPtr> held() const override { return m_linear; }

private:
    LinearPtr m_linear;
};

} // namespace

Result<Matrix> MemoryWeights::tensor(const Parameter& parameter) const
{
    const auto found = tensors.find(parameter.ref.tensor);
    if (found == tensors.end())
        return fail(ErrorCode::Internal, "This network has no weights: " + parameter.ref.tensor);
    Matrix values = found->second;
    if (m_folds)
        m_folds->apply(parameter.key, values);
    return values;
}

Result<Matrix> MemoryWeights::values(const Parameter& parameter) const
{
    return tensor(parameter);
}

Result<std::shared_ptr<const StreamedLinear>> MemoryWeights::streamed(const Parameter& parameter) const
{
    KERF_TRY(Matrix weight, tensor(parameter));
    return std::make_shared<const MemoryLinear>(std::move(weight));
}

Result<std::shared_ptr<const RowTable>> MemoryWeights::table(const Parameter& parameter) const
{
    KERF_TRY(Matrix rows, tensor(parameter));
    return std::make_shared<const MemoryTable>(std::move(rows));
}

std::optional<DType> MemoryWeights::storedType(const std::string& tensor) const
{
    return tensors.contains(tensor) ? std::optional(DType::F32) : std::nullopt;
}

std::shared_ptr<const WeightSource> MemoryWeights::rewritten(std::shared_ptr<const TensorFolds> folds) const
{
    auto result = std::make_shared<MemoryWeights>();
    result->tensors = tensors;
    result->m_folds = std::move(folds);
    return result;
}

Parameter parameterOf(const std::string& tensor, Shape shape)
{
    return { { tensor, -1, WeightLayout::OutIn }, std::move(shape), {}, 0 };
}

Graph graphOfLayers(const std::vector<LayerInfo>& layers, std::int64_t vocabulary, const std::string& table)
{
    GraphBuilder builder;
    const std::int64_t hidden = layers.front().shape.cols;
    const ValueId ids = builder.input("input_ids", { { 1 }, {}, ElementType::Index });
    ValueId last = builder.add(gatherOp(), Gather {}, { ids },
        { builder.parameter(parameterOf(table.empty() ? "embedding" : table, { vocabulary, hidden })) });
    ValueId site = last;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const LayerInfo& layer = layers[i];
        if (i == 0 || layer.block != layers[i - 1].block)
            builder.beginBlock();
        if (i == 0 || layer.site != layers[i - 1].site)
            site = builder.add(linearOp(), {}, { last },
                { builder.parameter(parameterOf(layer.site + ".in", { layer.shape.cols, builder.widthOf(last) })),
                    -1 });
        LayerInfo info;
        info.name = layer.name;
        info.role = layer.role;
        info.tie = layer.tie;
        info.fused = layer.fused;
        info.expert = layer.expert;
        last = builder.addLayer(std::move(info), site,
            builder.parameter(parameterOf(layer.name + ".weight", { layer.shape.rows, layer.shape.cols })));
    }
    builder.beginExit();
    Parameter head = parameterOf(table.empty() ? "head" : table, { vocabulary, builder.widthOf(last) });
    if (!table.empty())
        head.key = table + "#head";
    builder.output("logits", builder.add(linearOp(), {}, { last }, { builder.parameter(std::move(head)), -1 }));
    return builder.build().value();
}

} // namespace kerf::test
