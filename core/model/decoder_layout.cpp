// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/decoder_layout.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace kerf::core {
namespace {

using Shape = std::vector<std::int64_t>;

int stageOf(LayerPlace place)
{
    switch (place) {
    case LayerPlace::Query:
    case LayerPlace::Key:
    case LayerPlace::Value:
    case LayerPlace::QueryKeyValue:
        return 0;
    case LayerPlace::Output:
        return 1;
    case LayerPlace::Gate:
    case LayerPlace::Up:
    case LayerPlace::GateUp:
        return 2;
    case LayerPlace::Down:
        break;
    }
    return 3;
}

LayerShape shapeOf(LayerPlace place, const DecoderConfig& config)
{
    switch (place) {
    case LayerPlace::Query:
        return { config.queryWidth(), config.hidden };
    case LayerPlace::Key:
    case LayerPlace::Value:
        return { config.keyValueWidth(), config.hidden };
    case LayerPlace::QueryKeyValue:
        return { config.queryWidth() + 2 * config.keyValueWidth(), config.hidden };
    case LayerPlace::Output:
        return { config.hidden, config.queryWidth() };
    case LayerPlace::Gate:
    case LayerPlace::Up:
        return { config.inner, config.hidden };
    case LayerPlace::GateUp:
        return { 2 * config.inner, config.hidden };
    case LayerPlace::Down:
        break;
    }
    return { config.hidden, config.inner };
}

class LayoutBuilder {
public:
    LayoutBuilder(const DecoderConfig& config, const Checkpoint& checkpoint, const std::set<std::string>& quantized)
        : m_config(config)
        , m_architecture(*config.architecture)
        , m_checkpoint(checkpoint)
        , m_quantized(quantized)
    {
    }

    Result<DecoderLayout> build()
    {
        choosePrefix();
        KERF_CHECK(addOuterParts());
        for (std::int64_t block = 0; block < m_config.blocks; ++block)
            KERF_CHECK(addBlock(static_cast<int>(block)));
        return std::move(m_layout);
    }

private:
    void choosePrefix()
    {
        m_prefix = m_architecture.prefixes.front();
        for (const std::string_view prefix : m_architecture.prefixes)
            if (m_checkpoint.find(fmt::format("{}{}.weight", prefix, m_architecture.embedding))) {
                m_prefix = prefix;
                break;
            }
    }

    Status require(const std::string& name, const Shape& shape)
    {
        const TensorInfo* tensor = m_checkpoint.find(name);
        if (!tensor)
            return fail(ErrorCode::BadFile,
                fmt::format("{}: tensor \"{}\" is missing, which a {} model with {} blocks needs.",
                    m_checkpoint.folder().string(), name, m_architecture.type, m_config.blocks));
        if (tensor->shape != shape)
            return fail(ErrorCode::BadFile,
                fmt::format("{}: tensor \"{}\" has the shape [{}], but config.json asks for [{}].",
                    m_checkpoint.folder().string(), name, fmt::join(tensor->shape, ", "), fmt::join(shape, ", ")));
        if (!isWeightFloat(tensor->dtype))
            return fail(ErrorCode::BadFile,
                fmt::format("{}: tensor \"{}\" is stored as {}, but F64, F32, F16 or BF16 is needed.",
                    m_checkpoint.folder().string(), name, dtypeName(tensor->dtype)));
        std::int64_t elements = 1;
        for (const std::int64_t size : shape)
            elements *= size;
        m_layout.parameters += elements;
        return {};
    }

    Status addNorm(std::string_view path, std::int64_t size, DecoderLayout::Norm& norm)
    {
        norm.weight = fmt::format("{}.weight", path);
        KERF_CHECK(require(norm.weight, { size }));
        if (m_architecture.norm != NormKind::Layer)
            return {};
        norm.bias = fmt::format("{}.bias", path);
        return require(norm.bias, { size });
    }

    Status addOuterParts()
    {
        const Shape table { m_config.vocabulary, m_config.hidden };
        const std::string head = fmt::format("{}.weight", m_architecture.head);
        m_layout.embedding = fmt::format("{}{}.weight", m_prefix, m_architecture.embedding);
        // Of tied tensors a checkpoint stores one; some writers keep the head's name.
        if (m_config.tied && !m_checkpoint.find(m_layout.embedding) && m_checkpoint.find(head))
            m_layout.embedding = head;
        KERF_CHECK(require(m_layout.embedding, table));
        if (!m_architecture.positionEmbedding.empty()) {
            m_layout.positionEmbedding = fmt::format("{}{}.weight", m_prefix, m_architecture.positionEmbedding);
            KERF_CHECK(require(m_layout.positionEmbedding, { m_config.positions, m_config.hidden }));
        }
        KERF_CHECK(
            addNorm(fmt::format("{}{}", m_prefix, m_architecture.finalNorm), m_config.hidden, m_layout.finalNorm));
        m_layout.head = m_config.tied ? m_layout.embedding : head;
        return m_config.tied ? Status() : require(m_layout.head, table);
    }

    Status addBlock(int index)
    {
        DecoderLayout::Block block;
        const std::string path = fmt::format("{}{}.{}.", m_prefix, m_architecture.blocks, index);
        for (std::size_t i = 0; i < m_architecture.layers.size(); ++i)
            KERF_CHECK(addLayer(index, path, i, block));
        const bool perHead = m_architecture.queryKeyNorm == QueryKeyNorm::PerHead;
        const NormNames& names = m_architecture.norms;
        const struct {
            std::string_view name;
            std::int64_t size;
            DecoderLayout::Norm& norm;
        } norms[] = {
            { names.attentionInput, m_config.hidden, block.attentionInput },
            { names.attentionOutput, m_config.hidden, block.attentionOutput },
            { names.mlpInput, m_config.hidden, block.mlpInput },
            { names.mlpOutput, m_config.hidden, block.mlpOutput },
            { names.query, perHead ? m_config.headDim : m_config.queryWidth(), block.query },
            { names.key, perHead ? m_config.headDim : m_config.keyValueWidth(), block.key },
        };
        for (const auto& item : norms)
            if (!item.name.empty())
                KERF_CHECK(addNorm(path + std::string(item.name), item.size, item.norm));
        m_layout.blocks.push_back(std::move(block));
        return {};
    }

    Status addLayer(int block, const std::string& path, std::size_t index, DecoderLayout::Block& target)
    {
        const LayerTemplate& source = m_architecture.layers[index];
        LayerInfo info;
        info.name = path + std::string(source.name);
        info.block = block;
        info.role = source.role;
        info.shape = shapeOf(source.place, m_config);
        info.stage = stageOf(source.place);
        const bool sameStage = !m_layout.layers.empty() && m_layout.layers.back().block == block
            && m_layout.layers.back().stage == info.stage;
        info.site = sameStage ? m_layout.layers.back().site : info.name;
        info.tie = info.site; // what reads one input is what fusing runtimes fuse
        DecoderLayout::Layer layer { source.place, m_layout.layers.size(), info.name + ".weight", {} };
        const bool quantized = m_quantized.count(info.name) > 0;
        if (quantized)
            m_layout.parameters += info.shape.rows * info.shape.cols;
        else
            KERF_CHECK(require(layer.weight,
                m_architecture.transposed ? Shape { info.shape.cols, info.shape.rows }
                                          : Shape { info.shape.rows, info.shape.cols }));
        // Some quantizers store a bias of zeros with layers that have none.
        const std::string bias = info.name + ".bias";
        if (m_config.biases[index] || (quantized && m_checkpoint.find(bias))) {
            layer.bias = bias;
            KERF_CHECK(require(bias, { info.shape.rows }));
        }
        target.layers.push_back(std::move(layer));
        m_layout.layers.push_back(std::move(info));
        return {};
    }

    const DecoderConfig& m_config;
    const Architecture& m_architecture;
    const Checkpoint& m_checkpoint;
    const std::set<std::string>& m_quantized;
    std::string_view m_prefix;
    DecoderLayout m_layout;
};

} // namespace

Result<DecoderLayout> layOutDecoder(
    const DecoderConfig& config, const Checkpoint& checkpoint, const std::set<std::string>& quantizedLayers)
{
    return LayoutBuilder(config, checkpoint, quantizedLayers).build();
}

} // namespace kerf::core
