// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/encoder_graph.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/graph/graph_builder.h"
#include "core/graph/ops/activation.h"
#include "core/graph/ops/add.h"
#include "core/graph/ops/add_positions.h"
#include "core/graph/ops/add_row.h"
#include "core/graph/ops/attention.h"
#include "core/graph/ops/first_row.h"
#include "core/graph/ops/gather.h"
#include "core/graph/ops/norm.h"
#include "core/model/checkpoint_weights.h"
#include "core/model/config_reader.h"
#include "core/model/encoder_family.h"
#include "core/model/graph_network.h"
#include "core/model/ignored_keys.h"
#include "core/model/kept_linear.h"
#include "core/model/model_type.h"
#include "core/model/sentence_modules.h"
#include "core/model/tensor_claims.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kOutlineLabels = 2; ///< as transformers gives a classifier of which nothing is said

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
        const bool isOutline = m_checkpoint.isOutline();
        if (isOutline || m_claims.has(fmt::format("{}{}.weight", m_family.prefix, m_family.words)))
            m_prefix = m_family.prefix;
        KERF_CHECK(addEntry());
        for (std::int64_t block = 0; block < m_config.blocks; ++block)
            KERF_CHECK(addBlock(block));
        SentenceModules modules;
        if (!isOutline) {
            KERF_TRY(modules, readSentenceModules(m_checkpoint));
        }
        KERF_CHECK(addExit(modules));
        KERF_TRY(Graph graph, m_builder.build());
        KERF_TRY(Notes notes, m_claims.notes());
        auto weights = std::make_shared<const CheckpointWeights>(m_checkpoint, m_quantized, m_claims.codes(), nullptr);
        std::int64_t longest = m_config.positions - m_config.firstPosition;
        if (modules.longest > 0)
            longest = std::min(longest, modules.longest);
        NetworkInfo info { std::string(m_family.type), m_config.hidden, m_config.vocabulary, longest };
        return OpenedNetwork { std::make_shared<const GraphNetwork>(
                                   std::move(graph), std::move(info), std::move(weights)),
            std::move(notes) };
    }

private:
    std::string path(std::string_view module) const { return fmt::format("{}{}", m_prefix, module); }

    Result<ParameterId> claim(const std::string& tensor, const Shape& shape)
    {
        KERF_TRY(Parameter parameter, m_claims.claimParameter(tensor, shape));
        return m_builder.parameter(std::move(parameter));
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
        KERF_TRY(const ParameterId words, claimTable(m_family.words, m_config.vocabulary));
        ValueId sum = m_builder.add(gatherOp(), Gather {}, { ids }, { words });
        if (m_config.types == 1) { // the only one there is: nothing has to say which
            KERF_TRY(const ParameterId kind, claimTable(m_family.types, 1));
            sum = m_builder.add(addRowOp(), AddRow {}, { sum }, { kind });
        } else if (m_config.types > 1) {
            const ValueId types = m_builder.input("token_type_ids", { { 1 }, {}, ElementType::Index });
            KERF_TRY(const ParameterId kinds, claimTable(m_family.types, m_config.types));
            const ValueId kind = m_builder.add(gatherOp(), Gather {}, { types }, { kinds });
            sum = m_builder.add(addOp(), Add {}, { sum, kind });
        }
        KERF_TRY(const ParameterId positions, claimTable(m_family.positions, m_config.positions));
        const ValueId placed
            = m_builder.add(addPositionsOp(), AddPositions { m_config.firstPosition }, { sum }, { positions });
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

    /// What sentence-transformers put behind the blocks; or a classifier of texts or of tokens, by the tensors that
    /// are there (an outline has that of texts); or the last block's output where there is none.
    Status addExit(const SentenceModules& modules)
    {
        m_builder.beginExit();
        if (!modules.modules.empty()) {
            KERF_TRY(const ValueId embedding, addSentenceModules(m_builder, m_claims, modules, m_stream, m_mask));
            m_builder.output(kEmbeddingOutput, embedding);
            return {};
        }
        const auto dense = m_family.denseHasPrefix ? path(m_family.headDense) : std::string(m_family.headDense);
        const bool isOfTexts
            = m_claims.has(dense + ".weight") && m_claims.has(fmt::format("{}.weight", m_family.classifier));
        if (isOfTexts || m_checkpoint.isOutline()) {
            const ValueId first = m_builder.add(firstRowOp(), {}, { m_stream });
            KERF_TRY(const ValueId made, addKeptLinear(m_builder, m_claims, dense, m_config.hidden, first, true));
            return addClassifier(m_family.classifier, m_builder.add(activationOp(), m_family.headActivation, { made }));
        }
        if (m_claims.has(fmt::format("{}.weight", m_family.tokenClassifier)))
            return addClassifier(m_family.tokenClassifier, m_stream);
        if (m_prefix.empty()) {
            m_builder.output("last_hidden_state", m_stream);
            return {};
        }
        return fail(ErrorCode::BadFile,
            fmt::format("{}: tensor \"{}.weight\" is missing. Of {} models those that classify texts ({}) or tokens "
                        "are read, and base models.",
                m_checkpoint.folder().string(), m_family.classifier, m_family.type, m_family.className));
    }

    Status addClassifier(std::string_view module, ValueId input)
    {
        const std::string name(module);
        const TensorInfo* weight = m_checkpoint.find(name + ".weight");
        if (!m_checkpoint.isOutline() && (!weight || weight->shape.empty()))
            return fail(ErrorCode::BadFile,
                fmt::format("{}: \"{}.weight\" has no rows.", m_checkpoint.folder().string(), name));
        const std::int64_t outputs = weight ? weight->shape[0] : kOutlineLabels;
        KERF_TRY(const ValueId logits, addKeptLinear(m_builder, m_claims, name, outputs, input, true));
        m_builder.output("logits", logits);
        return {};
    }

    const EncoderFamily& m_family;
    const EncoderConfig& m_config;
    const Checkpoint& m_checkpoint;
    const std::optional<QuantizedFolder>& m_quantized;
    TensorClaims m_claims;
    GraphBuilder m_builder;
    std::string_view m_prefix; ///< of the base model's tensors in this checkpoint
    ValueId m_mask = -1, m_stream = -1;
};

const EncoderFamily* findFamily(std::string_view type, std::string_view className)
{
    const auto found = std::ranges::find_if(encoderFamilies(), [&](const EncoderFamily& family) {
        return type.empty() ? family.className == className : family.type == type;
    });
    return found == encoderFamilies().end() ? nullptr : &*found;
}

} // namespace

bool isEncoder(std::string_view type, std::string_view className)
{
    return findFamily(type, className) != nullptr;
}

std::string encoderNames()
{
    std::string names;
    for (const EncoderFamily& family : encoderFamilies())
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
    KERF_TRY(const EncoderConfig config, readEncoderConfig(reader, family));
    KERF_TRY(OpenedNetwork opened, EncoderBuilder(family, config, checkpoint, quantized).build());
    if (auto note = ignoredKeysNote(reader, family.type))
        opened.notes.push_back(std::move(*note));
    return opened;
}

} // namespace kerf::core
