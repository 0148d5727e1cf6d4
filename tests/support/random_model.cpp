// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/random_model.h"

#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/json.h"
#include "core/base/random.h"
#include "core/checkpoint/safetensors_writer.h"

namespace kerf::test {

using namespace kerf::core;

namespace {

std::vector<TensorSpec> tensorsOf(const RandomModelShape& shape)
{
    std::vector<TensorSpec> tensors;
    const auto add = [&](const std::string& name, std::vector<std::int64_t> size) {
        tensors.push_back({ name + ".weight", DType::BF16, std::move(size) });
    };
    const std::int64_t keyValue = shape.hidden / shape.heads * shape.keyValueHeads;
    add("model.embed_tokens", { shape.vocabulary, shape.hidden });
    for (std::int64_t block = 0; block < shape.blocks; ++block) {
        const std::string path = fmt::format("model.layers.{}.", block);
        add(path + "input_layernorm", { shape.hidden });
        add(path + "self_attn.q_proj", { shape.hidden, shape.hidden });
        add(path + "self_attn.k_proj", { keyValue, shape.hidden });
        add(path + "self_attn.v_proj", { keyValue, shape.hidden });
        add(path + "self_attn.o_proj", { shape.hidden, shape.hidden });
        add(path + "post_attention_layernorm", { shape.hidden });
        add(path + "mlp.gate_proj", { shape.inner, shape.hidden });
        add(path + "mlp.up_proj", { shape.inner, shape.hidden });
        add(path + "mlp.down_proj", { shape.hidden, shape.inner });
    }
    add("model.norm", { shape.hidden });
    add("lm_head", { shape.vocabulary, shape.hidden });
    return tensors;
}

std::vector<std::uint16_t> valuesOf(const TensorSpec& tensor, const RandomModelShape& shape, std::uint64_t stream)
{
    std::int64_t count = 1;
    for (const std::int64_t size : tensor.shape)
        count *= size;
    std::vector<std::uint16_t> values(
        static_cast<std::size_t>(count), floatToBfloat16(tensor.name == "model.norm.weight" ? shape.finalNorm : 1.0f));
    if (tensor.shape.size() == 1)
        return values;
    CounterRng rng(shape.seed, stream);
    for (std::uint16_t& value : values)
        value = floatToBfloat16(static_cast<float>(0.02 * rng.normal()));
    return values;
}

} // namespace

Status writeRandomModel(const std::filesystem::path& folder, const RandomModelShape& shape)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        return fail(ErrorCode::Io, fmt::format("{}: {}", folder.string(), error.message()));
    const Json config { { "architectures", { "LlamaForCausalLM" } }, { "model_type", "llama" },
        { "hidden_size", shape.hidden }, { "intermediate_size", shape.inner }, { "num_hidden_layers", shape.blocks },
        { "num_attention_heads", shape.heads }, { "num_key_value_heads", shape.keyValueHeads },
        { "vocab_size", shape.vocabulary }, { "max_position_embeddings", shape.positions }, { "rms_norm_eps", 1e-6 },
        { "rope_theta", 10000.0 }, { "hidden_act", "silu" }, { "tie_word_embeddings", false },
        { "torch_dtype", "bfloat16" } };
    KERF_CHECK(writeFileAtomically(folder / "config.json", config.dump(2)));
    const std::vector<TensorSpec> tensors = tensorsOf(shape);
    KERF_TRY(SafetensorsWriter writer, SafetensorsWriter::create(folder / "model.safetensors", tensors));
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        const std::vector<std::uint16_t> values = valuesOf(tensors[i], shape, i);
        KERF_CHECK(writer.write(tensors[i].name, std::as_bytes(std::span(values))));
    }
    if (const auto hash = writer.finish(); !hash)
        return tl::unexpected(hash.error());
    return {};
}

} // namespace kerf::test
