// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/encoder_graph.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "core/graph/graph_builder.h"
#include "core/graph/ops/activation.h"
#include "core/graph/ops/add.h"
#include "core/graph/ops/add_positions.h"
#include "core/graph/ops/attention.h"
#include "core/graph/ops/first_row.h"
#include "core/graph/ops/gather.h"
#include "core/graph/ops/linear.h"
#include "core/graph/ops/norm.h"
#include "core/model/activation_name.h"
#include "core/model/checkpoint_weights.h"
#include "core/model/config_reader.h"
#include "core/model/graph_network.h"
#include "core/model/ignored_keys.h"
#include "core/model/model_type.h"
#include "core/model/tensor_claims.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kMaxSize = 1 << 24; // of a dimension: products of two stay far below 2^63
constexpr std::int64_t kMaxBlocks = 1 << 16;

/// A family of encoders, as data. A new family is a new row.
struct EncoderFamily {
    std::string_view type; ///< model_type
    std::string_view className;
    std::string_view prefix; ///< of the base model's names
    std::string_view words, positions, types, embeddingNorm; ///< module paths below it
    std::string_view blocks; ///< module path of the list of blocks
    std::string_view query, key, value, output, outputNorm, inner, outer, outerNorm; ///< below a block
    std::string_view pooler; ///< below the prefix
    std::string_view classifier; ///< without prefix
};

constexpr std::array kFamilies { EncoderFamily { "bert", "BertForSequenceClassification", "bert.",
    "embeddings.word_embeddings", "embeddings.position_embeddings", "embeddings.token_type_embeddings",
    "embeddings.LayerNorm", "encoder.layer", "attention.self.query", "attention.self.key", "attention.self.value",
    "attention.output.dense", "attention.output.LayerNorm", "intermediate.dense", "output.dense", "output.LayerNorm",
    "pooler.dense", "classifier" } };

struct EncoderConfig {
    std::int64_t hidden = 0, blocks = 0, heads = 0, inner = 0, vocabulary = 0, positions = 0, types = 0;
    double epsilon = 0;
    kernels::Activation activation = kernels::Activation::Gelu;
};

Result<EncoderConfig> readConfig(const ConfigReader& config, const EncoderFamily& family)
{
    EncoderConfig result;
    KERF_TRY(result.hidden, config.count("hidden_size", kMaxSize, 768));
    KERF_TRY(result.blocks, config.count("num_hidden_layers", kMaxBlocks, 12));
    KERF_TRY(result.heads, config.count("num_attention_heads", kMaxSize, 12));
    KERF_TRY(result.inner, config.count("intermediate_size", kMaxSize, 3072));
    KERF_TRY(result.vocabulary, config.count("vocab_size", kMaxSize));
    KERF_TRY(result.positions, config.count("max_position_embeddings", kMaxSize, 512));
    KERF_TRY(result.types, config.count("type_vocab_size", kMaxSize, 2));
    KERF_TRY(result.epsilon, config.positive("layer_norm_eps", 1e-12));
    if (result.hidden % result.heads != 0)
        return config.wrong("hidden_size", fmt::format("a multiple of the {} attention heads", result.heads));
    KERF_TRY(const std::string activation, config.text("hidden_act", "gelu"));
    const std::optional<kernels::Activation> known = activationNamed(activation);
    if (!known)
        return config.wrong("hidden_act", "one of " + activationNames());
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

class EncoderBuilder {
public:
    EncoderBuilder(const EncoderFamily& family, const EncoderConfig& config, const Checkpoint& checkpoint,
        const std::optional<QuantizedFolder>& quantized)
        : m_family(family)
        , m_config(config)
        , m_checkpoint(checkpoint)
        , m_quantized(quantized)
        , m_claims(checkpoint, quantized, fmt::format("a {} model with {} blocks", family.type, config.blocks))
    {
    }

    Result<OpenedNetwork> build()
    {
        KERF_CHECK(addEntry());
        for (std::int64_t block = 0; block < m_config.blocks; ++block)
            KERF_CHECK(addBlock(block));
        KERF_CHECK(addExit());
        KERF_TRY(Graph graph, m_builder.build());
        KERF_TRY(Notes notes, m_claims.notes());
        auto weights = std::make_shared<const CheckpointWeights>(m_checkpoint, m_quantized, m_claims.codes(), nullptr);
        NetworkInfo info { std::string(m_family.type), m_config.hidden, m_config.vocabulary, m_config.positions };
        return OpenedNetwork { std::make_shared<const GraphNetwork>(
                                   std::move(graph), std::move(info), std::move(weights)),
            std::move(notes) };
    }

private:
    std::string path(std::string_view module) const { return fmt::format("{}{}", m_family.prefix, module); }

    Result<ParameterId> claim(const std::string& tensor, const Shape& shape)
    {
        KERF_CHECK(m_claims.claim(tensor, shape));
        return m_builder.parameter({ { tensor, -1, WeightLayout::OutIn }, shape, {}, 0 });
    }

    Result<ParameterId> claimTable(std::string_view module, std::int64_t rows)
    {
        return claim(path(module) + ".weight", { rows, m_config.hidden });
    }

    /// The first checkpoints call weight and bias of a norm gamma and beta.
    Result<ValueId> addNorm(const std::string& module, ValueId x)
    {
        const bool isOld = m_claims.has(module + ".gamma");
        KERF_TRY(const ParameterId weight, claim(module + (isOld ? ".gamma" : ".weight"), { m_config.hidden }));
        KERF_TRY(const ParameterId bias, claim(module + (isOld ? ".beta" : ".bias"), { m_config.hidden }));
        return m_builder.add(normOp(), Norm { NormKind::Layer, m_config.epsilon, 1 }, { x }, { weight, bias });
    }

    /// Words and token types, then positions: the order of the reference's sums.
    Status addEntry()
    {
        const ValueId ids = m_builder.input("input_ids", { { 1 }, {}, ElementType::Index });
        m_mask = m_builder.input("attention_mask", { { 1 }, {}, ElementType::Float });
        const ValueId types = m_builder.input("token_type_ids", { { 1 }, {}, ElementType::Index });
        KERF_TRY(const ParameterId words, claimTable(m_family.words, m_config.vocabulary));
        KERF_TRY(const ParameterId kinds, claimTable(m_family.types, m_config.types));
        KERF_TRY(const ParameterId positions, claimTable(m_family.positions, m_config.positions));
        const ValueId word = m_builder.add(gatherOp(), Gather {}, { ids }, { words });
        const ValueId kind = m_builder.add(gatherOp(), Gather {}, { types }, { kinds });
        const ValueId both = m_builder.add(addOp(), Add {}, { word, kind });
        const ValueId placed = m_builder.add(addPositionsOp(), AddPositions {}, { both }, { positions });
        KERF_TRY(m_stream, addNorm(path(m_family.embeddingNorm), placed));
        return {};
    }

    Result<ValueId> addLayer(const std::string& module, const char* role, ValueId input, std::int64_t outputs)
    {
        LayerInfo info;
        info.name = module;
        info.role = role;
        KERF_TRY(
            Parameter weight, m_claims.claimLayer(module, { outputs, m_builder.widthOf(input) }, WeightLayout::OutIn));
        const ParameterId id = m_builder.parameter(std::move(weight));
        KERF_TRY(const ParameterId bias, claim(module + ".bias", { outputs }));
        return m_builder.addLayer(std::move(info), input, id, bias);
    }

    Status addBlock(std::int64_t index)
    {
        m_builder.beginBlock();
        const std::string block = fmt::format("{}.{}.", path(m_family.blocks), index);
        const auto at = [&](std::string_view module) { return block + std::string(module); };
        KERF_TRY(const ValueId query, addLayer(at(m_family.query), "q", m_stream, m_config.hidden));
        KERF_TRY(const ValueId key, addLayer(at(m_family.key), "k", m_stream, m_config.hidden));
        KERF_TRY(const ValueId value, addLayer(at(m_family.value), "v", m_stream, m_config.hidden));
        AttentionSettings settings;
        settings.heads = settings.keyValueHeads = m_config.heads;
        settings.headDim = m_config.hidden / m_config.heads;
        settings.scale = static_cast<float>(1.0 / std::sqrt(static_cast<double>(settings.headDim)));
        settings.causal = false;
        const ValueId attended = m_builder.add(attentionOp(), std::move(settings), { query, key, value, m_mask });
        KERF_TRY(const ValueId output, addLayer(at(m_family.output), "o", attended, m_config.hidden));
        KERF_TRY(const ValueId middle,
            addNorm(at(m_family.outputNorm), m_builder.add(addOp(), Add {}, { m_stream, output })));
        KERF_TRY(const ValueId inner, addLayer(at(m_family.inner), "fc", middle, m_config.inner));
        const ValueId active = m_builder.add(activationOp(), m_config.activation, { inner });
        KERF_TRY(const ValueId outer, addLayer(at(m_family.outer), "proj", active, m_config.hidden));
        KERF_TRY(m_stream, addNorm(at(m_family.outerNorm), m_builder.add(addOp(), Add {}, { middle, outer })));
        return {};
    }

    /// A linear map that stays as it is.
    Result<ValueId> addLinear(const std::string& module, ValueId input, std::int64_t outputs)
    {
        KERF_TRY(const ParameterId weight, claim(module + ".weight", { outputs, m_builder.widthOf(input) }));
        KERF_TRY(const ParameterId bias, claim(module + ".bias", { outputs }));
        return m_builder.add(linearOp(), {}, { input }, { weight, bias });
    }

    Status addExit()
    {
        m_builder.beginExit();
        const std::string classifier(m_family.classifier);
        const TensorInfo* weight = m_checkpoint.find(classifier + ".weight");
        if (!weight || weight->shape.empty())
            return fail(ErrorCode::BadFile,
                fmt::format(
                    "{}: tensor \"{}.weight\" is missing. Of {} models those that classify texts ({}) are read.",
                    m_checkpoint.folder().string(), classifier, m_family.type, m_family.className));
        const ValueId first = m_builder.add(firstRowOp(), {}, { m_stream });
        KERF_TRY(const ValueId pooled, addLinear(path(m_family.pooler), first, m_config.hidden));
        const ValueId active = m_builder.add(activationOp(), kernels::Activation::Tanh, { pooled });
        KERF_TRY(const ValueId logits, addLinear(classifier, active, weight->shape[0]));
        m_builder.output("logits", logits);
        return {};
    }

    const EncoderFamily& m_family;
    const EncoderConfig& m_config;
    const Checkpoint& m_checkpoint;
    const std::optional<QuantizedFolder>& m_quantized;
    TensorClaims m_claims;
    GraphBuilder m_builder;
    ValueId m_mask = -1, m_stream = -1;
};

const EncoderFamily* findFamily(std::string_view type, std::string_view className)
{
    const auto found = std::ranges::find_if(kFamilies, [&](const EncoderFamily& family) {
        return type.empty() ? family.className == className : family.type == type;
    });
    return found == kFamilies.end() ? nullptr : &*found;
}

} // namespace

bool isEncoder(std::string_view type, std::string_view className)
{
    return findFamily(type, className) != nullptr;
}

std::string encoderNames()
{
    std::string names;
    for (const EncoderFamily& family : kFamilies)
        names.append(names.empty() ? "" : ", ").append(family.type);
    return names;
}

Result<OpenedNetwork> buildEncoder(const Checkpoint& checkpoint, const std::optional<QuantizedFolder>& quantized)
{
    const std::string what = checkpoint.configPlace();
    KERF_TRY(const Json json, parseJson(checkpoint.configText(), what));
    const ConfigReader reader(json, what);
    KERF_TRY(const ModelType type, readModelType(reader));
    const EncoderFamily& family = *findFamily(type.type, type.className);
    KERF_TRY(const EncoderConfig config, readConfig(reader, family));
    KERF_TRY(OpenedNetwork opened, EncoderBuilder(family, config, checkpoint, quantized).build());
    if (auto note = ignoredKeysNote(reader, family.type))
        opened.notes.push_back(std::move(*note));
    return opened;
}

} // namespace kerf::core
