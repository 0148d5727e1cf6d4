// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/decoder_config.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/model/activation_name.h"
#include "core/model/config_reader.h"
#include "core/model/decoder_experts.h"
#include "core/model/decoder_rotaries.h"
#include "core/model/encoder_graph.h"
#include "core/model/ignored_keys.h"
#include "core/model/model_type.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kMaxVocabulary = std::numeric_limits<std::int32_t>::max();

/// Whether config.json holds what a row is for.
bool applies(const Architecture& row, const ConfigReader& config)
{
    return std::ranges::all_of(row.cases, [&](const ConfigCase& item) {
        if (!config.has(item.key))
            return item.fallback == item.value;
        const Json& value = config.value(item.key);
        return value.is_boolean() ? value.get<bool>() == (item.value != 0) : value == item.value;
    });
}

Result<const Architecture*> readArchitecture(const ConfigReader& config)
{
    KERF_TRY(const ModelType model, readModelType(config));
    if (const Architecture* found = findArchitecture(model.type, model.className)) {
        for (const Architecture& row : architectures())
            if (row.type == found->type && applies(row, config))
                return &row;
        std::vector<std::string> keys;
        for (const ConfigCase& item : found->cases)
            keys.emplace_back(item.key);
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: of {} models this kind is not supported; see {}.", config.what(), found->type, listed(keys, 8)));
    }
    return fail(ErrorCode::BadFile,
        fmt::format("{}: models of type \"{}\" are not supported. Supported are: {}, {}.", config.what(),
            model.type.empty() ? model.className : model.type, architectureNames(), encoderNames()));
}

Result<kernels::Activation> readActivation(const ConfigReader& config, const Architecture& architecture)
{
    const std::string_view key
        = config.has(architecture.keys.activation) ? architecture.keys.activation : std::string_view("hidden_act");
    KERF_TRY(const std::string name, config.text(key, std::string(architecture.defaults.activation)));
    if (config.holds("hidden_act", name))
        config.accept("hidden_act"); // Gemma's files have both spellings
    if (const std::optional<kernels::Activation> known = activationNamed(name))
        return *known;
    return config.wrong(key, "one of " + activationNames());
}

Status readKeyValueHeads(const ConfigReader& config, DecoderConfig& result)
{
    const ConfigKeys& keys = result.architecture->keys;
    result.keyValueHeads = result.heads;
    if (!keys.oneKeyValueHead.empty()) {
        KERF_TRY(const bool isOne, config.flag(keys.oneKeyValueHead, true));
        result.keyValueHeads = isOne ? 1 : result.heads;
    } else if (!keys.keyValueHeads.empty()) {
        KERF_TRY(result.keyValueHeads, config.count(keys.keyValueHeads, kMaxSize, result.heads));
    }
    if (result.heads % result.keyValueHeads != 0)
        return config.wrong(keys.keyValueHeads, fmt::format("a divisor of the {} attention heads", result.heads));
    return {};
}

Status readLatentSizes(const Json& json, const ConfigReader& config, DecoderConfig& result)
{
    LatentSizes& sizes = result.latent;
    KERF_TRY(sizes.rank, config.count("kv_lora_rank", kMaxSize, 512));
    KERF_TRY(sizes.plainDim, config.count("qk_nope_head_dim", kMaxSize, 128));
    KERF_TRY(sizes.turnedDim, config.count("qk_rope_head_dim", kMaxSize, 64));
    KERF_TRY(sizes.valueDim, config.count("v_head_dim", kMaxSize, 128));
    if (config.has("q_lora_rank") || !json.contains("q_lora_rank")) {
        KERF_TRY(sizes.queryRank, config.count("q_lora_rank", kMaxSize, 1536));
    }
    for (const char* key : { "head_dim", "qk_head_dim" })
        config.accept(key); // follow from the others
    if (result.keyValueHeads != result.heads)
        return config.wrong("num_key_value_heads", fmt::format("{}, as many as attention heads", result.heads));
    result.headDim = sizes.plainDim + sizes.turnedDim;
    return {};
}

Status readSizes(const Json& json, const ConfigReader& config, DecoderConfig& result)
{
    const Architecture& architecture = *result.architecture;
    const ConfigKeys& keys = architecture.keys;
    const bool isOlder = !keys.hiddenOlder.empty() && config.has(keys.hiddenOlder);
    KERF_TRY(result.hidden, config.count(isOlder ? keys.hiddenOlder : keys.hidden, kMaxSize));
    KERF_TRY(result.blocks, config.count(keys.blocks, kMaxBlocks));
    KERF_TRY(result.heads, config.count(keys.heads, kMaxSize));
    KERF_TRY(result.vocabulary, config.count("vocab_size", kMaxVocabulary));
    KERF_TRY(result.positions, config.count(keys.positions, kMaxVocabulary, architecture.defaults.positions));
    KERF_CHECK(readKeyValueHeads(config, result));
    const std::optional<std::int64_t> inner
        = keys.innerFactor > 0 ? std::optional(keys.innerFactor * result.hidden) : std::nullopt;
    KERF_TRY(result.inner, config.count(keys.inner, kMaxSize, inner));
    if (architecture.isLatent) {
        KERF_CHECK(readLatentSizes(json, config, result));
    } else if (config.has("head_dim") || architecture.defaults.headDim > 0) {
        KERF_TRY(result.headDim, config.count("head_dim", kMaxSize, architecture.defaults.headDim));
    } else if (result.hidden % result.heads == 0) {
        result.headDim = result.hidden / result.heads;
    } else {
        return config.wrong(keys.hidden, fmt::format("a multiple of the {} attention heads", result.heads));
    }
    result.embeddingWidth = result.hidden;
    if (!keys.embeddingWidth.empty()) {
        KERF_TRY(result.embeddingWidth, config.count(keys.embeddingWidth, kMaxSize, result.hidden));
    }
    KERF_TRY(result.epsilon, config.positive(keys.epsilon, architecture.defaults.epsilon));
    KERF_TRY(result.tied, config.flag("tie_word_embeddings", architecture.defaults.tied));
    KERF_TRY(result.activation, readActivation(config, architecture));
    return {};
}

Result<float> readFactor(const ConfigReader& config, std::string_view key)
{
    if (key.empty())
        return 1.0f;
    KERF_TRY(const double factor, config.positive(key, 1.0));
    return static_cast<float>(factor);
}

/// A soft cap: absent means the family's default, null means none.
Result<float> readCap(const Json& json, const ConfigReader& config, std::string_view key, double fallback)
{
    const bool isAbsent = key.empty() || !json.contains(key);
    if (isAbsent ? fallback == 0 : !config.has(key))
        return 0.0f;
    KERF_TRY(const double cap, config.positive(key, fallback));
    return static_cast<float>(cap);
}

Status readFactors(const Json& json, const ConfigReader& config, DecoderConfig& result)
{
    const FactorKeys& keys = result.architecture->factors;
    double scale = 1.0 / std::sqrt(static_cast<double>(result.headDim));
    if (!keys.attention.empty()) {
        KERF_TRY(scale, config.positive(keys.attention, 1.0));
    }
    if (!keys.queryScalar.empty()) {
        KERF_TRY(const double scalar, config.positive(keys.queryScalar, 256.0));
        scale = 1.0 / std::sqrt(scalar);
    }
    result.attentionScale = static_cast<float>(scale);
    KERF_TRY(result.embeddingFactor, readFactor(config, keys.embedding));
    if (keys.embeddingRootOfHidden)
        result.embeddingFactor = static_cast<float>(std::sqrt(static_cast<double>(result.hidden)));
    KERF_TRY(result.residualFactor, readFactor(config, keys.residual));
    KERF_TRY(const float divisor, readFactor(config, keys.logitsDivisor));
    result.logitsFactor = 1.0f / divisor;
    if (!keys.logits.empty()) {
        KERF_TRY(const double factor, config.positive(keys.logits, keys.logitsDefault));
        result.logitsFactor = static_cast<float>(factor);
    }
    KERF_TRY(result.attentionCap, readCap(json, config, keys.attentionCap, keys.attentionCapDefault));
    KERF_TRY(result.finalCap, readCap(json, config, keys.finalCap, keys.finalCapDefault));
    return {};
}

/// Newer files list the kind of every block.
Result<std::vector<bool>> readLayerTypes(const ConfigReader& config, std::int64_t blocks)
{
    const Json& types = config.value("layer_types");
    if (!types.is_array() || types.size() != static_cast<std::size_t>(blocks))
        return config.wrong("layer_types", fmt::format("a list of {} texts, one for each block", blocks));
    std::vector<bool> slides;
    for (const Json& type : types) {
        if (type != "full_attention" && type != "sliding_attention")
            return config.wrong("layer_types", "a list of \"full_attention\" and \"sliding_attention\"");
        slides.push_back(type == "sliding_attention");
    }
    return slides;
}

Status readWindows(const Json& json, const ConfigReader& config, DecoderConfig& result)
{
    const Architecture& architecture = *result.architecture;
    result.slides.assign(static_cast<std::size_t>(result.blocks), false);
    if (architecture.window == WindowRule::None)
        return {};
    bool isOff = json.contains("sliding_window") && !config.has("sliding_window");
    if (architecture.window == WindowRule::FromBlock) {
        KERF_TRY(const bool used, config.flag("use_sliding_window", false));
        isOff = isOff || !used;
    }
    if (isOff) {
        if (architecture.window == WindowRule::FromBlock)
            for (const char* key : { "sliding_window", "max_window_layers", "layer_types" })
                config.accept(key); // what they say holds for the window that is switched off
        return {};
    }
    std::int64_t firstSliding = 0;
    if (architecture.window == WindowRule::FromBlock) {
        KERF_TRY(firstSliding, config.count("max_window_layers", kMaxBlocks, 28, 0));
    }
    if (!config.has("sliding_window") && architecture.defaults.slidingWindow == 0)
        return {};
    KERF_TRY(result.slidingWindow, config.count("sliding_window", kMaxVocabulary, architecture.defaults.slidingWindow));
    if (config.has("layer_types")) {
        for (const char* key : { "_sliding_window_pattern", "sliding_window_pattern" })
            config.accept(key); // what older files say in place of the list
        KERF_TRY(result.slides, readLayerTypes(config, result.blocks));
        return {};
    }
    KERF_TRY(std::int64_t pattern, config.count("_sliding_window_pattern", kMaxBlocks, 6));
    KERF_TRY(pattern, config.count("sliding_window_pattern", kMaxBlocks, pattern));
    for (std::int64_t block = 0; block < result.blocks; ++block) {
        const bool slides = architecture.window == WindowRule::EveryBlock
            || (architecture.window == WindowRule::FromBlock && block >= firstSliding)
            || (architecture.window == WindowRule::EvenBlocks && block % 2 == 0)
            || (architecture.window == WindowRule::AllButEveryNth && (block + 1) % pattern != 0);
        result.slides[static_cast<std::size_t>(block)] = slides;
    }
    return {};
}

Status readBlockOrder(const ConfigReader& config, DecoderConfig& result)
{
    const Architecture& architecture = *result.architecture;
    result.parallel = architecture.order == BlockOrder::Parallel;
    if (architecture.order == BlockOrder::BySwitch) {
        KERF_TRY(result.parallel, config.flag("use_parallel_residual", true));
    }
    if (!architecture.keys.normsBehind.empty()) {
        KERF_TRY(const bool isBefore, config.flag(architecture.keys.normsBehind, true));
        result.normsBehind = !isBefore;
    }
    return {};
}

Status readClamp(const ConfigReader& config, DecoderConfig& result)
{
    if (!result.architecture->clampsGate)
        return {};
    KERF_TRY(const double alpha, config.positive("swiglu_alpha", 1.702));
    KERF_TRY(const double limit, config.positive("swiglu_limit", 7.0));
    result.clamp = { static_cast<float>(alpha), static_cast<float>(limit) };
    return {};
}

Status checkFixedSwitches(const ConfigReader& config, const Architecture& architecture)
{
    for (const FixedSwitch& item : architecture.fixedSwitches) {
        KERF_TRY(const bool value, config.flag(item.key, item.value));
        if (value != item.value)
            return config.wrong(item.key, fmt::format("{} (the other is not supported)", item.value));
    }
    for (const std::string_view key : architecture.unsetKeys)
        if (config.has(key))
            return config.wrong(key, "null (a value is not supported)");
    for (const std::string_view key : architecture.idleKeys)
        config.accept(key);
    return {};
}

} // namespace

bool DecoderConfig::gated() const
{
    return std::any_of(architecture->layers.begin(), architecture->layers.end(), [](const LayerTemplate& layer) {
        return layer.place == LayerPlace::Gate || layer.place == LayerPlace::GateUp;
    });
}

Result<DecoderConfig> parseDecoderConfig(std::string_view text, const std::string& what)
{
    KERF_TRY(const Json json, parseJson(text, what));
    if (!json.is_object())
        return fail(ErrorCode::BadFile, fmt::format("{}: a JSON object is expected.", what));
    const ConfigReader config(json, what);
    DecoderConfig result;
    KERF_TRY(result.architecture, readArchitecture(config));
    KERF_CHECK(readSizes(json, config, result));
    KERF_CHECK(checkFixedSwitches(config, *result.architecture));
    KERF_CHECK(readFactors(json, config, result));
    KERF_CHECK(readWindows(json, config, result));
    if (result.architecture->positions == Positions::Rotary)
        KERF_CHECK(readRotaries(config, result));
    KERF_CHECK(readBlockOrder(config, result));
    KERF_CHECK(readExperts(config, result));
    KERF_CHECK(readClamp(config, result));
    for (const LayerTemplate& layer : result.architecture->layers) {
        bool bias = layer.bias.fallback;
        if (!layer.bias.key.empty()) {
            KERF_TRY(bias, config.flag(layer.bias.key, layer.bias.fallback));
        }
        result.biases.push_back(bias);
    }
    if (auto note = ignoredKeysNote(config, result.architecture->type))
        result.notes.push_back(std::move(*note));
    return result;
}

} // namespace kerf::core
