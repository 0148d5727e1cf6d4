// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/attention.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

/// One attention over the rows of one run.
class AttentionPass {
public:
    explicit AttentionPass(OpContext& context)
        : m_context(context)
        , m_settings(context.attributes<AttentionSettings>())
        , m_run(context.cache())
        , m_queries(context.input(0))
        , m_keys(context.input(1))
        , m_values(context.input(2))
        , m_sinks(spanOf(context.vector(0)))
    {
    }

    void run()
    {
        if (m_run.tap && *m_run.tap)
            (*m_run.tap)(m_keys, m_values);
        const CacheFormat* format = m_run.setting ? m_run.setting->format.get() : nullptr;
        if (format && format->residual() > 0)
            return attendResidual(*format);
        if (!format)
            return attend(m_keys, m_values);
        Matrix keys = m_keys, values = m_values;
        roundTokens(m_settings.headDim, m_run.setting->keyStep, keys);
        roundTokens(m_settings.valueWidth(), m_run.setting->valueStep, values);
        attend(keys, values);
    }

private:
    std::int64_t rows() const { return m_queries.rows(); }

    void attend(const MatrixRef& keys, const MatrixRef& values)
    {
        MutableMatrixRef out = m_context.output();
        if (m_run.caches.empty()) {
            KeyMask mask;
            if (m_context.inputCount() > 3)
                mask.emplace(m_context.input(3));
            return attendWindows(m_settings, m_context.lengths(), m_queries, keys, values, out, mask, m_sinks);
        }
        addToCaches(keys, values);
        std::vector<CachedSample> samples;
        for (const KeyValueCache& cache : m_run.caches)
            samples.push_back({ cache.keys, cache.values });
        attendCached(m_settings, m_run.position, m_context.lengths(), m_queries, samples, out, m_sinks);
    }

    void attendResidual(const CacheFormat& format)
    {
        MutableMatrixRef out = m_context.output();
        if (!m_run.caches.empty()) {
            addToCaches(m_keys, m_values);
            std::vector<ResidualCache> samples;
            for (std::size_t i = 0; i < m_run.caches.size(); ++i)
                samples.push_back(extendResidual(format, m_run.caches[i], m_context.lengths()[i]));
            return attendCachedResidual(
                m_settings, m_run.position, m_context.lengths(), m_queries, samples, out, m_sinks);
        }
        Matrix roundedKeys = m_keys, roundedValues = m_values;
        roundWindows(format, roundedKeys, roundedValues);
        attendWindowsResidual(m_settings, m_context.lengths(), m_queries,
            { m_keys, m_values, roundedKeys, roundedValues, format.residual() }, out, m_sinks);
    }

    void addToCaches(const MatrixRef& keys, const MatrixRef& values)
    {
        std::int64_t row = 0;
        for (std::size_t i = 0; i < m_run.caches.size(); ++i) {
            const std::int64_t length = m_context.lengths()[i];
            m_run.caches[i].keys.middleRows(m_run.position, length) = keys.middleRows(row, length);
            m_run.caches[i].values.middleRows(m_run.position, length) = values.middleRows(row, length);
            row += length;
        }
    }

    /// What a cache that rounds every token gives back.
    void roundTokens(std::int64_t headDim, float step, MutableMatrixRef x) const
    {
        parallelFor((rows() + kRowTile - 1) / kRowTile, [&](std::int64_t tile) {
            const std::int64_t first = tile * kRowTile;
            m_run.setting->format->roundTokens(headDim, step, x.middleRows(first, std::min(kRowTile, rows() - first)));
        });
    }

    /// Keys and values of whole windows as they are once they have left the residual window. Keys of a last block that
    /// is not full never do.
    void roundWindows(const CacheFormat& format, MutableMatrixRef keys, MutableMatrixRef values) const
    {
        const std::int64_t residual = format.residual();
        std::vector<std::int64_t> blocks;
        std::int64_t start = 0;
        for (const std::int64_t length : m_context.lengths()) {
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
            format.roundValues(
                m_settings.valueWidth(), values.middleRows(first, std::min(kRowTile, values.rows() - first)));
        });
    }

    /// Rounds what the `length` new tokens of a cache make ready: their values, and blocks of keys that they fill.
    ResidualCache extendResidual(const CacheFormat& format, KeyValueCache& cache, std::int64_t length) const
    {
        const std::int64_t residual = format.residual();
        const std::int64_t end = m_run.position + length;
        cache.roundedValues.middleRows(m_run.position, length) = cache.values.middleRows(m_run.position, length);
        roundValueRows(format, cache.roundedValues.middleRows(m_run.position, length));
        for (std::int64_t first = m_run.position / residual * residual; first + residual <= end; first += residual) {
            cache.roundedKeys.middleRows(first, residual) = cache.keys.middleRows(first, residual);
            format.roundKeyBlock(cache.roundedKeys.middleRows(first, residual));
        }
        return { cache.keys, cache.values, cache.roundedKeys, cache.roundedValues, residual };
    }

    OpContext& m_context;
    const AttentionSettings& m_settings;
    const CacheRun& m_run;
    MatrixRef m_queries, m_keys, m_values;
    std::span<const float> m_sinks;
};

class AttentionOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "attention", "Attention", { ParameterKind::Numbers } };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape> parameters) const override
    {
        const auto& settings = attributesOf<AttentionSettings>(node);
        const std::int64_t keyHeads = settings.keyValueHeads;
        const bool fits = inputs.size() >= 3 && keyHeads > 0 && settings.heads % keyHeads == 0
            && inputs[0].width() == settings.heads * settings.headDim
            && inputs[1].width() == keyHeads * settings.headDim && inputs[2].width() == keyHeads * settings.valueWidth()
            && (parameters.empty() || parameters[0] == Shape { settings.heads })
            && (inputs.size() == 3 || (inputs[3].width() == 1 && !settings.causal));
        if (!fits)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{} heads of {}, {} of them for keys and values, do not fit its inputs.", settings.heads,
                    settings.headDim, settings.keyValueHeads));
        return std::vector { ValueType {
            { settings.heads * settings.valueWidth() }, inputs[0].rows, ElementType::Float } };
    }

    Status forward(OpContext& context) const override
    {
        AttentionPass(context).run();
        return {};
    }
};

} // namespace

const Op& attentionOp()
{
    static const AttentionOp op;
    return op;
}

} // namespace kerf::core
