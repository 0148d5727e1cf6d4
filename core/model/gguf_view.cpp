// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/gguf_view.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/checkpoint/joined_tensor.h"
#include "core/model/activation_name.h"
#include "core/model/gguf_reading.h"

namespace kerf::core {
namespace {

constexpr const char* kEmbedding = "token_embd.weight";
constexpr const char* kHead = "output.weight";

/// The row of the family's table that a file is of: that with as many norms before attention and MLP, and that has the
/// file's number of heads of keys. Where none is, the first.
const Architecture& rowOf(const Checkpoint& file, const GgufFamily& family)
{
    const Json& metadata = *file.metadata();
    const auto number = [&](const char* key) {
        return metadata.value(fmt::format("{}.attention.{}", family.architecture, key), Json());
    };
    const Json keyHeads = number("head_count_kv");
    const bool hasGroups = !keyHeads.is_null() && keyHeads != 1 && keyHeads != number("head_count");
    const bool areBeside = file.find(fmt::format("blk.0.{}.weight", family.besideNorm)) != nullptr;
    for (const Architecture& row : architectures()) {
        const bool fits = row.order == BlockOrder::Parallel && areBeside == !row.norms.mlpInput.empty()
            && (!hasGroups || !row.keys.keyValueHeads.empty());
        if (row.type == family.type && fits)
            return row;
    }
    return *findArchitecture(family.type, {});
}

/// Says that layers are read as the codes of GGUF, where there are any.
void nameCodes(const Checkpoint& file, Json& config)
{
    if (std::ranges::any_of(file.tensors(), [](const auto& entry) { return !entry.second.blocks.empty(); }))
        config["quantization_config"] = { { "quant_method", "gguf" } };
}

class View {
public:
    View(const Checkpoint& file, const GgufFamily& family)
        : m_reading { file, family, rowOf(file, family),
            GgufKeys(*file.metadata(), std::string(family.architecture), file.folder().string()) }
    {
    }

    Result<Checkpoint> make(Notes& notes)
    {
        KERF_CHECK(readSizes());
        KERF_CHECK(m_reading.architecture.isLatent ? readLatentWidths() : readWidths());
        if (m_reading.architecture.positions == Positions::Rotary)
            KERF_CHECK(readGgufRope(m_reading));
        KERF_CHECK(readWindows());
        KERF_CHECK(readFactors());
        KERF_CHECK(readGgufExperts(m_reading));
        m_places = ggufPlaces(
            m_reading.family, m_reading.architecture, m_reading.sizes, m_reading.architecture.prefixes.front());
        readRest();
        nameTensors();
        KERF_CHECK(checkForms());
        KERF_TRY(const auto joined, joinStacks());
        addNotes(notes);
        const Checkpoint named = m_reading.file.named(m_reading.config.dump(1), m_reading.names);
        return joined.empty() ? named : named.withDecoded(joined);
    }

private:
    Status readSizes()
    {
        const ConfigKeys& keys = m_reading.architecture.keys;
        const TensorInfo* embedding = m_reading.file.find(kEmbedding);
        if (!embedding || embedding->shape.size() != 2)
            return m_reading.keys.error(fmt::format("has no matrix {}", kEmbedding));
        KERF_TRY(m_reading.sizes.hidden, m_reading.keys.count("embedding_length"));
        KERF_TRY(m_reading.sizes.blocks, m_reading.keys.count("block_count"));
        KERF_TRY(m_reading.sizes.positions, m_reading.keys.count("context_length"));
        if (m_reading.sizes.blocks > static_cast<std::int64_t>(m_reading.file.tensors().size()))
            return m_reading.keys.error(fmt::format("says that it has {} blocks, and has {} tensors",
                m_reading.sizes.blocks, m_reading.file.tensors().size()));
        KERF_TRY(const auto inner, m_reading.keys.count("feed_forward_length"));
        KERF_TRY(const auto vocabulary, m_reading.keys.count("vocab_size", embedding->shape[0]));
        KERF_TRY(const double epsilon,
            m_reading.keys.number(m_reading.architecture.norm == NormKind::Rms ? "attention.layer_norm_rms_epsilon"
                                                                               : "attention.layer_norm_epsilon"));
        m_reading.config
            = { { "model_type", m_reading.family.type }, { "architectures", { m_reading.architecture.className } },
                  { "vocab_size", vocabulary }, { "tie_word_embeddings", m_reading.file.find(kHead) == nullptr } };
        for (const ConfigCase& item : m_reading.architecture.cases)
            if (item.value != item.fallback)
                m_reading.set(item.key, item.fallback > 1 ? Json(item.value) : Json(item.value != 0));
        m_reading.set(keys.hidden, m_reading.sizes.hidden);
        m_reading.set(keys.blocks, m_reading.sizes.blocks);
        m_reading.set(keys.inner, inner);
        m_reading.set(keys.positions, m_reading.sizes.positions);
        m_reading.set(keys.epsilon, epsilon);
        m_reading.set(keys.activation, m_reading.architecture.defaults.activation);
        return {};
    }

    /// Of attention heads.
    Status readWidths()
    {
        const ConfigKeys& keys = m_reading.architecture.keys;
        KERF_TRY(m_reading.sizes.heads, m_reading.keys.count("attention.head_count"));
        KERF_TRY(m_reading.sizes.keyValueHeads, m_reading.keys.count("attention.head_count_kv", m_reading.sizes.heads));
        const std::int64_t usual = m_reading.sizes.hidden / m_reading.sizes.heads;
        KERF_TRY(
            m_reading.sizes.headDim, m_reading.keys.count("attention.key_length", std::max<std::int64_t>(usual, 1)));
        KERF_TRY(const auto valueWidth, m_reading.keys.count("attention.value_length", m_reading.sizes.headDim));
        if (valueWidth != m_reading.sizes.headDim)
            return m_reading.keys.error(
                fmt::format("has heads of {} channels for keys and {} for values, which Kerf does "
                            "not run",
                    m_reading.sizes.headDim, valueWidth));
        const bool isOne = !keys.oneKeyValueHead.empty() && m_reading.sizes.keyValueHeads == 1;
        if (m_reading.sizes.heads % m_reading.sizes.keyValueHeads != 0)
            return m_reading.keys.error(fmt::format("has {} heads, which the {} of keys and values do not divide",
                m_reading.sizes.heads, m_reading.sizes.keyValueHeads));
        if (keys.keyValueHeads.empty() && m_reading.sizes.keyValueHeads != m_reading.sizes.heads && !isOne)
            return m_reading.keys.error(
                fmt::format("has {} heads and {} of keys and values, which Kerf does not run for "
                            "{}",
                    m_reading.sizes.heads, m_reading.sizes.keyValueHeads, m_reading.family.type));
        m_reading.set(keys.heads, m_reading.sizes.heads);
        m_reading.set(keys.keyValueHeads, m_reading.sizes.keyValueHeads);
        m_reading.set(keys.oneKeyValueHead, isOne);
        if (m_reading.sizes.headDim * m_reading.sizes.heads != m_reading.sizes.hidden
            || m_reading.architecture.defaults.headDim > 0)
            m_reading.set("head_dim", m_reading.sizes.headDim);
        return {};
    }

    /// Of latent attention. llama.cpp runs its heads as one of the latent numbers ("mla"); older files have them as the
    /// model has.
    Status readLatentWidths()
    {
        DecoderConfig& sizes = m_reading.sizes;
        GgufKeys& keys = m_reading.keys;
        KERF_TRY(sizes.heads, keys.count("attention.head_count"));
        const bool isCut = keys.has("attention.key_length_mla");
        KERF_TRY(const auto keyHeads, keys.count("attention.head_count_kv", sizes.heads));
        KERF_TRY(sizes.latent.rank, keys.count("attention.kv_lora_rank"));
        KERF_TRY(sizes.latent.queryRank, keys.countOrNone("attention.q_lora_rank", 0));
        KERF_TRY(sizes.latent.turnedDim, keys.count("rope.dimension_count"));
        KERF_TRY(const auto keyLength, keys.count("attention.key_length"));
        KERF_TRY(const auto valueLength, keys.count("attention.value_length"));
        KERF_TRY(sizes.headDim, keys.count("attention.key_length_mla", keyLength));
        KERF_TRY(sizes.latent.valueDim, keys.count("attention.value_length_mla", valueLength));
        sizes.latent.plainDim = sizes.headDim - sizes.latent.turnedDim;
        sizes.keyValueHeads = sizes.heads;
        if (sizes.latent.plainDim <= 0 || keyHeads != (isCut ? 1 : sizes.heads)
            || (isCut && keyLength != sizes.latent.rank + sizes.latent.turnedDim)
            || (isCut && valueLength != sizes.latent.rank))
            return keys.error(
                "has numbers of heads and their channels that do not go together in latent attention "
                "(attention.head_count_kv, key_length, value_length, kv_lora_rank, rope.dimension_count)");
        m_reading.set("kv_lora_rank", sizes.latent.rank);
        m_reading.set("q_lora_rank", sizes.latent.queryRank > 0 ? Json(sizes.latent.queryRank) : Json());
        m_reading.set("qk_nope_head_dim", sizes.latent.plainDim);
        m_reading.set("qk_rope_head_dim", sizes.latent.turnedDim);
        m_reading.set("v_head_dim", sizes.latent.valueDim);
        m_reading.set(m_reading.architecture.keys.heads, sizes.heads);
        m_reading.set(m_reading.architecture.keys.keyValueHeads, sizes.heads);
        return {};
    }

    /// Blocks that see all positions, or those of a window.
    Status readWindows()
    {
        if (m_reading.family.windowPeriod == 0)
            return {};
        const bool hasPeriod = m_reading.keys.has("attention.sliding_window_pattern");
        KERF_TRY(const auto window, m_reading.keys.count("attention.sliding_window", m_reading.sizes.positions));
        KERF_TRY(
            const auto period, m_reading.keys.count("attention.sliding_window_pattern", m_reading.family.windowPeriod));
        Json types = Json::array();
        for (std::int64_t block = 0; block < m_reading.sizes.blocks; ++block)
            types.push_back(block % period < period - 1 ? "sliding_attention" : "full_attention");
        m_reading.set("sliding_window", window);
        m_reading.set("layer_types", std::move(types));
        if (hasPeriod && m_reading.architecture.window == WindowRule::AllButEveryNth)
            m_reading.set("_sliding_window_pattern", period);
        return {};
    }

    Status readFactors()
    {
        for (const GgufFactor& factor : ggufFactors()) {
            const std::string_view key = m_reading.architecture.factors.*factor.key;
            if (key.empty() || !m_reading.keys.has(factor.name))
                continue;
            KERF_TRY(const double value, m_reading.keys.number(factor.name));
            m_reading.set(key, value);
        }
        // What llama.cpp takes where no key says it.
        if (const std::string_view key = m_reading.architecture.factors.attention;
            !key.empty() && !m_reading.config.contains(key))
            m_reading.set(key, 1.0 / std::sqrt(static_cast<double>(m_reading.sizes.headDim)));
        m_reading.set(m_reading.architecture.factors.queryScalar, ggufQueryScalar(m_reading.family, m_reading.sizes));
        return {};
    }

    void readRest()
    {
        if (m_reading.architecture.order == BlockOrder::BySwitch)
            m_reading.set("use_parallel_residual", m_reading.keys.flag("use_parallel_residual", true));
        for (const GgufModule& module : m_places.modules)
            for (const LayerTemplate& layer : m_reading.architecture.layers)
                if (module.ours.ends_with(fmt::format(".0.{}", layer.name))
                    && !m_reading.config.contains(layer.bias.key))
                    m_reading.set(layer.bias.key, m_reading.file.find(module.theirs + ".bias") != nullptr);
        nameCodes(m_reading.file, m_reading.config);
    }

    const TensorInfo* find(const std::string& tensor) const { return m_reading.file.find(tensor); }

    bool isCoded(const std::string& tensor) const
    {
        const TensorInfo* info = find(tensor);
        return info && !info->blocks.empty();
    }

    void nameTensors()
    {
        for (const GgufModule& module : m_places.modules) {
            if (module.isTensor) {
                name(module.ours, { module.theirs });
                continue;
            }
            const std::string weight = module.theirs + ".weight", odd = module.oddRows + ".weight";
            if (!isOfStack(module) || isCoded(weight))
                name(module.ours + ".weight", { weight, module.form, module.slice });
            if (!module.oddRows.empty() && (isCoded(weight) || isCoded(odd)))
                name(module.ours + std::string(kOddRows), { odd, module.form, module.slice });
            if (!isOfStack(module))
                name(module.ours + ".bias", { module.theirs + ".bias", module.biasForm() });
        }
    }

    void name(const std::string& ours, StoredTensor stored)
    {
        if (find(stored.name))
            m_reading.names.insert_or_assign(ours, std::move(stored));
    }

    /// Experts whose floats lie in one tensor; their biases do in any case.
    bool isOfStack(const GgufModule& module) const
    {
        return module.slice >= 0 && std::ranges::any_of(m_reading.architecture.layers, [](const LayerTemplate& layer) {
            return !layer.stack.empty();
        });
    }

    /// Tensors of the source that the file has in parts. Codes that stay codes are no part of any.
    Result<std::map<std::string, std::shared_ptr<const DecodedTensor>>> joinStacks() const
    {
        std::map<std::string, std::shared_ptr<const DecodedTensor>> joined;
        for (const GgufStack& stack : m_places.stacks) {
            const auto isThere = [&](const StackShare& share) { return find(share.name) != nullptr; };
            const auto isNamed = [&](const StackShare& share) {
                return std::ranges::any_of(
                    m_reading.names, [&](const auto& entry) { return entry.second.name == share.name; });
            };
            if (std::ranges::none_of(stack.form.shares, isThere) || std::ranges::any_of(stack.form.shares, isNamed))
                continue;
            KERF_CHECK(checkStack(m_reading.file, stack.form));
            joined.emplace(stack.ours, joinedTensor(m_reading.file, stack.form));
        }
        return joined;
    }

    /// What named() asks for, and whoever reads rows in their places.
    Status checkForms() const
    {
        for (const auto& [ours, stored] : m_reading.names)
            KERF_CHECK(checkForm(stored, *m_reading.file.find(stored.name)));
        return {};
    }

    Status checkForm(const StoredTensor& stored, const TensorInfo& info) const
    {
        const std::string shape = fmt::format("[{}]", fmt::join(info.shape, ", "));
        const auto wrong = [&](const std::string& what) {
            return m_reading.keys.error(fmt::format("tensor {} has the shape {}, but {}", stored.name, shape, what));
        };
        if (stored.slice >= 0 && (info.shape.size() != 3 || info.shape[0] != m_reading.sizes.experts))
            return wrong(fmt::format("a matrix of each of {} experts should be there", m_reading.sizes.experts));
        if (stored.form.transposed && info.shape.size() != 2)
            return wrong("a matrix should be there");
        if (stored.form.shift != 0 && info.dtype != DType::F32)
            return m_reading.keys.error(
                fmt::format("tensor {} is stored as {}, but norms are F32", stored.name, dtypeName(info.dtype)));
        if (stored.form.rows == RowOrder::Source)
            return {};
        const bool isFused = stored.form.rows == RowOrder::FusedParts;
        const std::int64_t heads = stored.form.heads + (isFused ? 2 * stored.form.heads / stored.form.group : 0);
        const bool isOdd = stored.form.rows == RowOrder::RotaryPairs && m_reading.sizes.headDim % 2 != 0;
        if (info.shape.empty() || info.shape[0] != heads * m_reading.sizes.headDim || isOdd)
            return wrong(fmt::format(
                "{} heads of {} are {} rows", heads, m_reading.sizes.headDim, heads * m_reading.sizes.headDim));
        return {};
    }

    void addNotes(Notes& notes) const
    {
        if (const std::vector<std::string> unread = m_reading.keys.unread(); !unread.empty())
            notes.push_back({ NoteKind::IgnoredKeys,
                fmt::format("The file has keys that Kerf does not read: {}. If the model was trained with them, its "
                            "results here are not its own.",
                    listed(unread, 8)),
                unread });
        if (activationNamed(m_reading.architecture.defaults.activation) != m_reading.family.activation)
            notes.push_back({ NoteKind::IgnoredKeys,
                fmt::format("The file does not say how a {} model computes its activation. Kerf takes {}, as the "
                            "family's models have it; llama.cpp runs another form of it.",
                    m_reading.family.type, m_reading.architecture.defaults.activation),
                {} });
    }

    GgufReading m_reading;
    GgufPlaces m_places;
};

} // namespace

bool isGgufArchitecture(const std::string& name)
{
    return std::ranges::find(ggufFamilies(), name, &GgufFamily::architecture) != ggufFamilies().end();
}

Checkpoint plainGguf(const Checkpoint& file)
{
    Json config { { "model_type", file.metadata()->at("general.architecture") } };
    nameCodes(file, config);
    return file.named(config.dump(), {});
}

Result<Checkpoint> viewGguf(const Checkpoint& file, Notes& notes)
{
    const Json& metadata = *file.metadata();
    const auto& name = metadata.at("general.architecture").get_ref<const std::string&>();
    const auto experts = metadata.find(name + ".expert_count");
    const bool hasExperts = experts != metadata.end() && *experts != 0;
    const bool areSigmoids = metadata.value(name + ".expert_gating_func", Json()) == kSigmoidGating;
    if (const GgufFamily* family = ggufFamilyNamed(name, hasExperts, areSigmoids))
        return View(file, *family).make(notes);
    if (isGgufArchitecture(name))
        return fail(ErrorCode::BadFile,
            fmt::format("{}: is {}, which Kerf does not read from GGUF files of the architecture {}",
                file.folder().string(), hasExperts ? "a mixture of experts" : "no mixture of experts", name));
    std::set<std::string_view> known;
    for (const GgufFamily& family : ggufFamilies())
        known.insert(family.architecture);
    return fail(ErrorCode::BadFile,
        fmt::format("{}: holds a model of the architecture \"{}\"; {} can be read from GGUF files.",
            file.folder().string(), name.substr(0, 100), fmt::join(known, ", ")));
}

} // namespace kerf::core
