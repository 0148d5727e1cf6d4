// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/decoder_layout.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/model/stored_values.h"

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
    LayoutBuilder(const DecoderConfig& config, const Checkpoint& checkpoint, const QuantizedFolder* quantized)
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
        KERF_CHECK(addBiasNote());
        addUnusedNote();
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
        if (m_used.insert(name).second)
            m_layout.parameters += elements;
        return {};
    }

    bool isStoredAsCodes(const std::string& layer) const { return m_quantized && m_quantized->contains(layer); }

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
        for (const std::string& path : { std::string(m_architecture.head),
                 m_layout.embedding.substr(0, m_layout.embedding.size() - std::string_view(".weight").size()) })
            if (isStoredAsCodes(path))
                return fail(ErrorCode::BadFile,
                    fmt::format(
                        "{}: {} is stored as codes ({}). Kerf reads quantized layers of the blocks, but neither "
                        "such a head nor such an embedding: quantize the model without it (GPTQ: lm_head "
                        "false), or open the model that it was made from.",
                        m_checkpoint.folder().string(), path, m_quantized->layers().at(path)));
        KERF_CHECK(require(m_layout.embedding, table));
        if (!m_architecture.positionEmbedding.empty()) {
            m_layout.positionEmbedding = fmt::format("{}{}.weight", m_prefix, m_architecture.positionEmbedding);
            KERF_CHECK(require(m_layout.positionEmbedding, { m_config.positions, m_config.hidden }));
        }
        KERF_CHECK(
            addNorm(fmt::format("{}{}", m_prefix, m_architecture.finalNorm), m_config.hidden, m_layout.finalNorm));
        m_layout.head = m_config.tied ? m_layout.embedding : head;
        if (m_config.tied)
            return head != m_layout.embedding && m_checkpoint.find(head) ? untieStoredHead(head, table) : Status();
        return require(m_layout.head, table);
    }

    /// A head stored beside the embedding that it should be tied to: transformers 5 compares the two, and keeps both
    /// when they differ.
    Status untieStoredHead(const std::string& head, const Shape& table)
    {
        const std::int64_t before = m_layout.parameters;
        KERF_CHECK(require(head, table));
        KERF_TRY(const bool isSame, holdSameValues(m_checkpoint, head, m_layout.embedding));
        std::string text;
        if (isSame) {
            m_layout.parameters = before;
            text = fmt::format("{} is stored beside the embedding that it equals. Exports leave it out.", head);
        } else {
            m_layout.head = head;
            text = fmt::format("{} is stored and differs from the embedding, though by config.json the two are tied "
                               "(tie_word_embeddings). The stored head is used, as in transformers 5; older versions "
                               "and vLLM use the embedding. Exports say that they are not tied, so that every loader "
                               "uses the stored head.",
                head);
        }
        m_layout.notes.push_back({ NoteKind::StoredHead, std::move(text), { head } });
        return {};
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
        const bool quantized = isStoredAsCodes(info.name);
        if (quantized)
            m_layout.parameters += info.shape.rows * info.shape.cols;
        else
            KERF_CHECK(require(layer.weight,
                m_architecture.transposed ? Shape { info.shape.cols, info.shape.rows }
                                          : Shape { info.shape.rows, info.shape.cols }));
        const std::string bias = info.name + ".bias";
        if (m_config.biases[index]) {
            layer.bias = bias;
            KERF_CHECK(require(bias, { info.shape.rows }));
        } else if (m_checkpoint.find(bias)) {
            m_unnamedBiases.push_back(bias);
            m_biasKeys.insert(source.bias.key);
        }
        target.layers.push_back(std::move(layer));
        m_layerNames.insert(info.name);
        m_layout.layers.push_back(std::move(info));
        return {};
    }

    /// Biases that config.json does not name: loaders leave them out, so the model that runs has none. Some quantizers
    /// store one of zeros with every layer.
    Status addBiasNote()
    {
        std::vector<std::string> filled;
        for (const std::string& bias : m_unnamedBiases) {
            m_used.insert(bias); // told here
            KERF_TRY(const bool isZero, isAllZero(m_checkpoint, bias));
            if (!isZero)
                filled.push_back(bias);
        }
        if (filled.empty())
            return {};
        m_biasKeys.erase("");
        const std::string remedy = m_biasKeys.empty()
            ? std::string("Layers of this family have none there; check that model_type is right.")
            : fmt::format("If the model was made with them, set {} to true.", fmt::join(m_biasKeys, ", "));
        m_layout.notes.push_back({ NoteKind::UnusedTensors,
            fmt::format("{} biases are stored that config.json does not name ({}). They are not used, as in "
                        "transformers. {}",
                filled.size(), listed(filled), remedy),
            filled });
        return {};
    }

    /// Part of a layer that is stored as codes: codes, scales, zero points, groups.
    bool isPartOfCodes(const std::string& tensor) const
    {
        const std::size_t dot = tensor.rfind('.');
        return dot != std::string::npos && m_layerNames.contains(tensor.substr(0, dot))
            && isStoredAsCodes(tensor.substr(0, dot)) && !tensor.ends_with(".weight") && !tensor.ends_with(".bias");
    }

    void addUnusedNote()
    {
        // Buffers that older versions of transformers stored; loaders compute them.
        constexpr std::array<std::string_view, 3> kBuffers { ".rotary_emb.inv_freq", ".attn.bias",
            ".attn.masked_bias" };
        std::vector<std::string> unused;
        for (const auto& entry : m_checkpoint.tensors()) {
            const std::string& name = entry.first;
            const auto isBuffer = [&](std::string_view end) { return name.ends_with(end); };
            if (!m_used.contains(name) && !isPartOfCodes(name) && std::ranges::none_of(kBuffers, isBuffer))
                unused.push_back(name);
        }
        if (unused.empty())
            return;
        const std::string text = fmt::format("{} stored tensors are no part of the {} model with {} blocks that "
                                             "config.json describes: {}. They are not used; exports carry them along.",
            unused.size(), m_architecture.type, m_config.blocks, listed(unused));
        m_layout.notes.push_back({ NoteKind::UnusedTensors, text, std::move(unused) });
    }

    const DecoderConfig& m_config;
    const Architecture& m_architecture;
    const Checkpoint& m_checkpoint;
    const QuantizedFolder* m_quantized;
    std::string_view m_prefix;
    DecoderLayout m_layout;
    std::set<std::string> m_used; ///< tensors that have their place
    std::set<std::string> m_layerNames;
    std::vector<std::string> m_unnamedBiases;
    std::set<std::string_view> m_biasKeys; ///< of config.json, which would name them
};

} // namespace

Result<DecoderLayout> layOutDecoder(
    const DecoderConfig& config, const Checkpoint& checkpoint, const QuantizedFolder* quantized)
{
    return LayoutBuilder(config, checkpoint, quantized).build();
}

} // namespace kerf::core
