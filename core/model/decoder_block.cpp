// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/decoder_block.h"

#include <algorithm>

#include "core/base/parallel.h"
#include "core/model/attention.h"
#include "core/model/linear.h"
#include "kernels/activation.h"
#include "kernels/norm.h"
#include "kernels/rotary.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kRowTile = 32; // rows of norms, rotations and activations that one task does

std::span<const float> spanOf(const Vector& vector)
{
    return { vector.data(), static_cast<std::size_t>(vector.size()) };
}

/// Calls body(row) for each row, in parallel tiles.
template <class Body> void forEachRow(std::int64_t rows, const Body& body)
{
    parallelFor((rows + kRowTile - 1) / kRowTile, [&](std::int64_t tile) {
        const std::int64_t end = std::min(rows, (tile + 1) * kRowTile);
        for (std::int64_t row = tile * kRowTile; row < end; ++row)
            body(row);
    });
}

void normalize(NormKind kind, const NormWeights& norm, double epsilon, std::span<const float> x, std::span<float> y)
{
    if (kind == NormKind::Layer)
        kernels::layerNorm(x, spanOf(norm.weight), spanOf(norm.bias), epsilon, y);
    else
        kernels::rmsNorm(x, spanOf(norm.weight), epsilon, y);
}

class BlockPass {
public:
    BlockPass(const DecoderBlockRun& run, std::span<const std::int64_t> lengths, MutableMatrixRef hidden)
        : m_run(run)
        , m_config(run.config)
        , m_block(run.block)
        , m_lengths(lengths)
        , m_hidden(hidden)
    {
    }

    void run()
    {
        if (m_run.part == BlockPart::Mlp)
            runMlp(m_hidden);
        else
            runFromAttention();
    }

private:
    void runFromAttention()
    {
        if (!projectQueriesKeysValues())
            return;
        const MutableMatrixRef attended = attend();
        tap(1, attended);
        if (stopsAfter(1))
            return;
        if (m_run.lastStage < 0) {
            addAttention(attended, m_hidden);
            if (m_run.part == BlockPart::Whole)
                runMlp(m_hidden);
        } else { // stops inside the MLP: hidden stays as it was
            auto copy = m_run.scratch.hidden.shaped(rows(), m_config.hidden);
            copy = m_hidden;
            addAttention(attended, copy);
            runMlp(copy);
        }
    }

    std::int64_t rows() const { return m_hidden.rows(); }
    bool stopsAfter(int stage) const { return m_run.lastStage == stage; }

    void tap(int stage, const MatrixRef& x) const
    {
        if (m_run.tap && *m_run.tap)
            (*m_run.tap)(m_block.sites[static_cast<std::size_t>(stage)], x);
    }

    const LinearOperator* linear(LayerPlace place) const
    {
        return m_run.linears[static_cast<std::size_t>(place)].get();
    }

    void apply(LayerPlace place, const MatrixRef& x, MutableMatrixRef y) const
    {
        linear(place)->apply(x, m_lengths, y);
        const Vector& bias = m_block.biases[static_cast<std::size_t>(place)];
        if (bias.size() > 0)
            forEachRow(x.rows(), [&](std::int64_t row) { y.row(row) += bias.transpose(); });
    }

    /// norm(x), or x itself where the family has no norm here.
    MatrixRef normalized(const NormWeights& norm, const MatrixRef& x) const
    {
        if (norm.weight.size() == 0)
            return x;
        auto y = m_run.scratch.normalized.shaped(x.rows(), x.cols());
        normalizeRows(m_config.architecture->norm, norm, m_config.epsilon, x, y);
        return y;
    }

    /// Queries, keys and values side by side: [rows, query width + 2 kv width].
    Eigen::Map<Matrix> projected() const
    {
        return m_run.scratch.projected.shaped(rows(), m_config.queryWidth() + 2 * m_config.keyValueWidth());
    }

    /// False when the pass ends at the tap of stage 0.
    bool projectQueriesKeysValues()
    {
        const MatrixRef input = normalized(m_block.attentionInput, m_hidden);
        tap(0, input);
        if (stopsAfter(0))
            return false;
        auto qkv = projected();
        if (linear(LayerPlace::QueryKeyValue)) {
            apply(LayerPlace::QueryKeyValue, input, qkv);
            return true;
        }
        apply(LayerPlace::Query, input, qkv.leftCols(m_config.queryWidth()));
        apply(LayerPlace::Key, input, qkv.middleCols(m_config.queryWidth(), m_config.keyValueWidth()));
        apply(LayerPlace::Value, input, qkv.rightCols(m_config.keyValueWidth()));
        return true;
    }

    /// Query/key norm, rotary embedding and online rotation of `heads` heads that start at x.
    void prepareHeads(float* x, std::int64_t heads, const NormWeights& norm, std::int64_t position) const
    {
        const auto dim = static_cast<std::size_t>(m_config.headDim);
        const bool perHead = m_config.architecture->queryKeyNorm == QueryKeyNorm::PerHead;
        const std::span<float> all(x, static_cast<std::size_t>(heads) * dim);
        if (norm.weight.size() > 0 && !perHead)
            normalize(m_config.architecture->norm, norm, m_config.epsilon, all, all);
        for (std::int64_t head = 0; head < heads; ++head) {
            const std::span<float> vector = all.subspan(static_cast<std::size_t>(head) * dim, dim);
            if (norm.weight.size() > 0 && perHead)
                normalize(m_config.architecture->norm, norm, m_config.epsilon, vector, vector);
            if (m_run.rotary) {
                const auto pairs = static_cast<std::size_t>(m_run.rotary->cosine.cols());
                kernels::rotate(vector, { m_run.rotary->cosine.row(position).data(), pairs },
                    { m_run.rotary->sine.row(position).data(), pairs });
            }
            if (m_run.online && m_run.online->heads)
                m_run.online->heads->applyToActivations(vector);
        }
    }

    void prepareQueriesAndKeys(Eigen::Map<Matrix>& qkv) const
    {
        std::vector<std::int64_t> positions;
        positions.reserve(static_cast<std::size_t>(rows()));
        for (const std::int64_t length : m_lengths)
            for (std::int64_t i = 0; i < length; ++i)
                positions.push_back(m_run.position + i);
        forEachRow(rows(), [&](std::int64_t row) {
            float* x = qkv.row(row).data();
            const std::int64_t position = positions[static_cast<std::size_t>(row)];
            prepareHeads(x, m_config.heads, m_block.query, position);
            prepareHeads(x + m_config.queryWidth(), m_config.keyValueHeads, m_block.key, position);
        });
    }

    /// What a cache that rounds every token gives back.
    void roundTokens(float step, MutableMatrixRef x) const
    {
        parallelFor((rows() + kRowTile - 1) / kRowTile, [&](std::int64_t tile) {
            const std::int64_t first = tile * kRowTile;
            m_run.setting->format->roundTokens(
                m_config.headDim, step, x.middleRows(first, std::min(kRowTile, rows() - first)));
        });
    }

    /// Keys and values of whole windows as they are once they have left the residual window. Keys of a last block that
    /// is not full never do.
    void roundWindows(const CacheFormat& format, MutableMatrixRef keys, MutableMatrixRef values) const
    {
        const std::int64_t residual = format.residual();
        std::vector<std::int64_t> blocks;
        std::int64_t start = 0;
        for (const std::int64_t length : m_lengths) {
            for (std::int64_t first = 0; first + residual <= length; first += residual)
                blocks.push_back(start + first);
            start += length;
        }
        parallelFor(static_cast<std::int64_t>(blocks.size()), [&](std::int64_t i) {
            format.roundKeyBlock(keys.middleRows(blocks[static_cast<std::size_t>(i)], residual));
        });
        roundValueRows(format, values);
    }

    void roundValueRows(const CacheFormat& format, MutableMatrixRef values) const
    {
        parallelFor((values.rows() + kRowTile - 1) / kRowTile, [&](std::int64_t tile) {
            const std::int64_t first = tile * kRowTile;
            format.roundValues(m_config.headDim, values.middleRows(first, std::min(kRowTile, values.rows() - first)));
        });
    }

    /// Rounds what the new tokens of the cache make ready: their values, and blocks of keys that they fill.
    ResidualCache extendResidual(const CacheFormat& format) const
    {
        KeyValueCache& cache = *m_run.cache;
        const std::int64_t residual = format.residual();
        const std::int64_t end = m_run.position + rows();
        cache.roundedValues.middleRows(m_run.position, rows()) = cache.values.middleRows(m_run.position, rows());
        roundValueRows(format, cache.roundedValues.middleRows(m_run.position, rows()));
        for (std::int64_t first = m_run.position / residual * residual; first + residual <= end; first += residual) {
            cache.roundedKeys.middleRows(first, residual) = cache.keys.middleRows(first, residual);
            format.roundKeyBlock(cache.roundedKeys.middleRows(first, residual));
        }
        return { cache.keys, cache.values, cache.roundedKeys, cache.roundedValues, residual };
    }

    MutableMatrixRef attend()
    {
        auto qkv = projected();
        prepareQueriesAndKeys(qkv);
        const bool slides = m_config.slides[static_cast<std::size_t>(m_block.index)];
        const AttentionSettings settings { m_config.heads, m_config.keyValueHeads, m_config.headDim,
            m_config.attentionScale, m_config.attentionCap, slides ? m_config.slidingWindow : 0 };
        const std::int64_t queries = m_config.queryWidth();
        const std::int64_t keys = m_config.keyValueWidth();
        auto attended = m_run.scratch.attended.shaped(rows(), queries);
        if (m_run.cacheTap && *m_run.cacheTap)
            (*m_run.cacheTap)(qkv.middleCols(queries, keys), qkv.rightCols(keys));
        const CacheFormat* format = m_run.setting ? m_run.setting->format.get() : nullptr;
        if (format && format->residual() == 0) {
            roundTokens(m_run.setting->keyStep, qkv.middleCols(queries, keys));
            roundTokens(m_run.setting->valueStep, qkv.rightCols(keys));
        }
        const MatrixRef newKeys = qkv.middleCols(queries, keys), newValues = qkv.rightCols(keys);
        const bool residual = format && format->residual() > 0;
        if (m_run.cache) {
            m_run.cache->keys.middleRows(m_run.position, rows()) = newKeys;
            m_run.cache->values.middleRows(m_run.position, rows()) = newValues;
            if (residual)
                attendCachedResidual(
                    settings, m_run.position, qkv.leftCols(queries), extendResidual(*format), attended);
            else
                attendCached(
                    settings, m_run.position, qkv.leftCols(queries), m_run.cache->keys, m_run.cache->values, attended);
        } else if (residual) {
            Matrix roundedKeys = newKeys, roundedValues = newValues;
            roundWindows(*format, roundedKeys, roundedValues);
            attendWindowsResidual(settings, m_lengths, qkv.leftCols(queries),
                { newKeys, newValues, roundedKeys, roundedValues, format->residual() }, attended);
        } else {
            attendWindows(settings, m_lengths, qkv.leftCols(queries), newKeys, newValues, attended);
        }
        return attended;
    }

    /// hidden += residual factor * norm(x)
    void addToHidden(const NormWeights& norm, MutableMatrixRef x, MutableMatrixRef hidden) const
    {
        const bool hasNorm = norm.weight.size() > 0;
        const auto width = static_cast<std::size_t>(x.cols());
        forEachRow(rows(), [&](std::int64_t row) {
            const std::span<float> values(x.row(row).data(), width);
            if (hasNorm)
                normalize(m_config.architecture->norm, norm, m_config.epsilon, values, values);
            hidden.row(row) += m_config.residualFactor * x.row(row);
        });
    }

    void addAttention(const MatrixRef& attended, MutableMatrixRef hidden) const
    {
        auto output = m_run.scratch.output.shaped(rows(), m_config.hidden);
        apply(LayerPlace::Output, attended, output);
        addToHidden(m_block.attentionOutput, output, hidden);
    }

    /// activation(gate) * up, or activation(up) where there is no gate.
    MutableMatrixRef activated(const MatrixRef& input) const
    {
        const auto inner = static_cast<std::size_t>(m_config.inner);
        const kernels::Activation activation = m_config.activation;
        auto result = m_run.scratch.inner.shaped(rows(), m_config.inner);
        if (linear(LayerPlace::GateUp)) {
            auto both = m_run.scratch.gate.shaped(rows(), 2 * m_config.inner);
            apply(LayerPlace::GateUp, input, both);
            forEachRow(rows(), [&](std::int64_t row) {
                const std::span<const float> pair(both.row(row).data(), 2 * inner);
                kernels::activateGated(
                    activation, pair.first(inner), pair.last(inner), { result.row(row).data(), inner });
            });
            return result;
        }
        apply(LayerPlace::Up, input, result);
        if (!linear(LayerPlace::Gate)) {
            forEachRow(rows(), [&](std::int64_t row) {
                kernels::activate(activation, { result.row(row).data(), inner });
            });
            return result;
        }
        auto gate = m_run.scratch.gate.shaped(rows(), m_config.inner);
        apply(LayerPlace::Gate, input, gate);
        forEachRow(rows(), [&](std::int64_t row) {
            const std::span<float> up(result.row(row).data(), inner);
            kernels::activateGated(activation, { gate.row(row).data(), inner }, up, up);
        });
        return result;
    }

    void runMlp(MutableMatrixRef hidden) const
    {
        const MatrixRef input = normalized(m_block.mlpInput, hidden);
        tap(2, input);
        if (stopsAfter(2))
            return;
        MutableMatrixRef inner = activated(input);
        if (m_run.online && m_run.online->inner)
            forEachRow(rows(), [&](std::int64_t row) {
                m_run.online->inner->applyToActivations(
                    { inner.row(row).data(), static_cast<std::size_t>(m_config.inner) });
            });
        tap(3, inner);
        if (stopsAfter(3))
            return;
        auto output = m_run.scratch.output.shaped(rows(), m_config.hidden);
        apply(LayerPlace::Down, inner, output);
        addToHidden(m_block.mlpOutput, output, hidden);
    }

    const DecoderBlockRun& m_run;
    const DecoderConfig& m_config;
    const DecoderBlock& m_block;
    std::span<const std::int64_t> m_lengths;
    MutableMatrixRef m_hidden;
};

} // namespace

void normalizeRows(NormKind kind, const NormWeights& norm, double epsilon, const MatrixRef& x, MutableMatrixRef y)
{
    const auto width = static_cast<std::size_t>(x.cols());
    forEachRow(x.rows(), [&](std::int64_t row) {
        normalize(kind, norm, epsilon, { x.row(row).data(), width }, { y.row(row).data(), width });
    });
}

void runDecoderBlock(const DecoderBlockRun& run, std::span<const std::int64_t> lengths, MutableMatrixRef hidden)
{
    BlockPass(run, lengths, hidden).run();
}

} // namespace kerf::core
