// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/encoder_family.h"

#include <array>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "core/model/activation_name.h"

namespace kerf::core {
namespace {

constexpr EncoderFamily kBert { .type = "bert",
    .className = "BertForSequenceClassification",
    .prefix = "bert.",
    .words = "embeddings.word_embeddings",
    .positions = "embeddings.position_embeddings",
    .types = "embeddings.token_type_embeddings",
    .embeddingNorm = "embeddings.LayerNorm",
    .blocks = "encoder.layer",
    .query = "attention.self.query",
    .key = "attention.self.key",
    .value = "attention.self.value",
    .output = "attention.output.dense",
    .outputNorm = "attention.output.LayerNorm",
    .inner = "intermediate.dense",
    .outer = "output.dense",
    .outerNorm = "output.LayerNorm",
    .headDense = "pooler.dense",
    .denseHasPrefix = true,
    .headActivation = kernels::Activation::Tanh,
    .classifier = "classifier",
    .tokenClassifier = "classifier" };

constexpr EncoderFamily roberta(std::string_view type, std::string_view className)
{
    EncoderFamily row = kBert;
    row.type = type;
    row.className = className;
    row.prefix = "roberta.";
    row.headDense = "classifier.dense";
    row.denseHasPrefix = false;
    row.classifier = "classifier.out_proj";
    row.countsFromPadding = true;
    return row;
}

constexpr EncoderFamily kDistilBert { .type = "distilbert",
    .className = "DistilBertForSequenceClassification",
    .prefix = "distilbert.",
    .words = "embeddings.word_embeddings",
    .positions = "embeddings.position_embeddings",
    .types = {},
    .embeddingNorm = "embeddings.LayerNorm",
    .blocks = "transformer.layer",
    .query = "attention.q_lin",
    .key = "attention.k_lin",
    .value = "attention.v_lin",
    .output = "attention.out_lin",
    .outputNorm = "sa_layer_norm",
    .inner = "ffn.lin1",
    .outer = "ffn.lin2",
    .outerNorm = "output_layer_norm",
    .headDense = "pre_classifier",
    .denseHasPrefix = false,
    .headActivation = kernels::Activation::Relu,
    .classifier = "classifier",
    .tokenClassifier = "classifier",
    .keys = { .hidden = "dim",
        .blocks = "n_layers",
        .heads = "n_heads",
        .inner = "hidden_dim",
        .epsilon = {},
        .activation = "activation" } };

constexpr std::array kFamilies { kBert, roberta("roberta", "RobertaForSequenceClassification"),
    roberta("xlm-roberta", "XLMRobertaForSequenceClassification"), kDistilBert };

Status readSizes(const ConfigReader& config, const EncoderFamily& family, EncoderConfig& result)
{
    const EncoderKeys& keys = family.keys;
    KERF_TRY(result.hidden, config.count(keys.hidden, kMaxSize, 768));
    KERF_TRY(result.blocks, config.count(keys.blocks, kMaxBlocks, 12));
    KERF_TRY(result.heads, config.count(keys.heads, kMaxSize, 12));
    KERF_TRY(result.inner, config.count(keys.inner, kMaxSize, 3072));
    KERF_TRY(result.vocabulary, config.count("vocab_size", kMaxSize));
    KERF_TRY(result.positions, config.count("max_position_embeddings", kMaxSize, 512));
    if (family.countsFromPadding) {
        KERF_TRY(const std::int64_t padding, config.count("pad_token_id", kMaxSize, 1, 0));
        result.firstPosition = padding + 1;
        if (result.firstPosition >= result.positions)
            return config.wrong("max_position_embeddings", fmt::format("more than {}", result.firstPosition));
    }
    if (!family.types.empty()) {
        KERF_TRY(result.types, config.count("type_vocab_size", kMaxSize, 2));
    }
    KERF_TRY(result.epsilon, config.positive(keys.epsilon, 1e-12));
    if (result.hidden % result.heads != 0)
        return config.wrong(keys.hidden, fmt::format("a multiple of the {} attention heads", result.heads));
    return {};
}

} // namespace

std::span<const EncoderFamily> encoderFamilies()
{
    return kFamilies;
}

Result<EncoderConfig> readEncoderConfig(const ConfigReader& config, const EncoderFamily& family)
{
    EncoderConfig result;
    KERF_CHECK(readSizes(config, family, result));
    KERF_TRY(const std::string activation, config.text(family.keys.activation, "gelu"));
    const std::optional<kernels::Activation> known = activationNamed(activation);
    if (!known)
        return config.wrong(family.keys.activation, "one of " + activationNames());
    result.activation = *known;
    KERF_TRY(const std::string kind, config.text("position_embedding_type", "absolute"));
    if (kind != "absolute")
        return config.wrong("position_embedding_type", "\"absolute\" (others are not supported)");
    config.accept("tie_word_embeddings"); // of a head that a classifier does not have
    KERF_TRY(const bool isDecoder, config.flag("is_decoder", false));
    if (isDecoder)
        return config.wrong("is_decoder", fmt::format("false: {} is read as an encoder", family.type));
    return result;
}

} // namespace kerf::core
