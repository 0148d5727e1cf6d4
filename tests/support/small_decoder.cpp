// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/small_decoder.h"

#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/json.h"
#include "core/base/random.h"
#include "core/checkpoint/safetensors_writer.h"
#include "core/model/decoder_graph.h"

namespace kerf::test {

using namespace kerf::core;

namespace {

struct StoredTensor {
    TensorSpec spec;
    std::vector<std::byte> bytes;
};

class ModelWriter {
public:
    explicit ModelWriter(const SmallDecoderShape& shape)
        : m_shape(shape)
        , m_hidden(shape.heads * shape.headDim)
        , m_random(shape.seed)
    {
    }

    std::vector<StoredTensor> tensors()
    {
        const std::int64_t hidden = m_hidden, keyValue = m_shape.keyValueHeads * m_shape.headDim;
        const bool biased = std::string(m_shape.type) == "qwen2";
        matrix("model.embed_tokens", m_shape.vocabulary, hidden);
        for (std::int64_t block = 0; block < m_shape.blocks; ++block) {
            const std::string path = fmt::format("model.layers.{}.", block);
            norm(path + "input_layernorm");
            norm(path + "post_attention_layernorm");
            layer(path + "self_attn.q_proj", hidden, hidden, biased);
            layer(path + "self_attn.k_proj", keyValue, hidden, biased);
            layer(path + "self_attn.v_proj", keyValue, hidden, biased);
            layer(path + "self_attn.o_proj", hidden, hidden, false);
            layer(path + "mlp.gate_proj", m_shape.inner, hidden, false);
            layer(path + "mlp.up_proj", m_shape.inner, hidden, false);
            layer(path + "mlp.down_proj", hidden, m_shape.inner, false);
        }
        norm("model.norm");
        if (!m_shape.tied)
            matrix("lm_head", m_shape.vocabulary, hidden);
        return std::move(m_tensors);
    }

private:
    void store(const std::string& name, std::vector<std::int64_t> shape, const std::vector<float>& values)
    {
        StoredTensor tensor { { name, m_shape.dtype, std::move(shape) }, {} };
        const auto append = [&](const auto& value) {
            const auto bytes = std::as_bytes(std::span(&value, 1));
            tensor.bytes.insert(tensor.bytes.end(), bytes.begin(), bytes.end());
        };
        for (const float value : values)
            if (m_shape.dtype == DType::BF16)
                append(floatToBfloat16(value));
            else
                append(value);
        m_tensors.push_back(std::move(tensor));
    }
    std::vector<float> normals(std::int64_t count, double deviation)
    {
        std::vector<float> values(static_cast<std::size_t>(count));
        for (float& value : values)
            value = static_cast<float>(deviation * m_random.normal());
        return values;
    }
    void matrix(const std::string& name, std::int64_t rows, std::int64_t cols)
    {
        store(name + ".weight", { rows, cols }, normals(rows * cols, 0.5));
    }
    void layer(const std::string& name, std::int64_t rows, std::int64_t cols, bool biased)
    {
        std::vector<float> values = normals(rows * cols, 1.0 / std::sqrt(static_cast<double>(cols)));
        if (m_shape.zeroColumn >= 0)
            for (std::int64_t row = 0; row < rows; ++row)
                values[static_cast<std::size_t>(row * cols + m_shape.zeroColumn)] = 0;
        if (m_shape.outlier != 0)
            values[static_cast<std::size_t>(cols + 1)] = m_shape.outlier;
        store(name + ".weight", { rows, cols }, values);
        if (biased)
            store(name + ".bias", { rows }, normals(rows, 0.3));
    }
    void norm(const std::string& name)
    {
        const float offset = std::string(m_shape.type) == "gemma" ? 1.0f : 0.0f;
        std::vector<float> values = normals(m_hidden, 0.4);
        for (float& value : values)
            value = std::exp(value) - offset;
        if (m_shape.deadChannel >= 0)
            values[static_cast<std::size_t>(m_shape.deadChannel)] = -offset;
        store(name + ".weight", { m_hidden }, values);
    }

    const SmallDecoderShape& m_shape;
    std::int64_t m_hidden;
    CounterRng m_random;
    std::vector<StoredTensor> m_tensors;
};

Json configOf(const SmallDecoderShape& shape)
{
    return { { "model_type", shape.type }, { "hidden_size", shape.heads * shape.headDim },
        { "intermediate_size", shape.inner }, { "num_hidden_layers", shape.blocks },
        { "num_attention_heads", shape.heads }, { "num_key_value_heads", shape.keyValueHeads },
        { "head_dim", shape.headDim }, { "vocab_size", shape.vocabulary }, { "max_position_embeddings", 64 },
        { "rms_norm_eps", 1e-6 }, { "tie_word_embeddings", shape.tied } };
}

} // namespace

Result<std::shared_ptr<const Network>> smallDecoder(const std::filesystem::path& folder, const SmallDecoderShape& shape)
{
    std::filesystem::create_directories(folder);
    KERF_CHECK(writeFileAtomically(folder / "config.json", configOf(shape).dump()));
    const std::vector<StoredTensor> tensors = ModelWriter(shape).tensors();
    std::vector<TensorView> views;
    for (const StoredTensor& tensor : tensors)
        views.push_back({ tensor.spec, tensor.bytes });
    if (const auto written = writeSafetensors(folder / "model.safetensors", views); !written)
        return tl::unexpected(written.error());
    KERF_TRY(Checkpoint checkpoint, Checkpoint::open(folder));
    KERF_TRY(OpenedNetwork model, buildDecoder(checkpoint, {}));
    return std::move(model.network);
}

} // namespace kerf::test
