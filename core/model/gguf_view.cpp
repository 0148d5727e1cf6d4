// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/gguf_view.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/model/architecture.h"
#include "core/model/rotary.h"

namespace kerf::core {
namespace {

/// Of one architecture the first row is what it is read as.
constexpr std::array kFamilies { GgufFamily { "llama", "llama", true }, GgufFamily { "llama", "mistral", true },
    GgufFamily { "qwen2", "qwen2" }, GgufFamily { "qwen3", "qwen3" } };

constexpr std::array<std::string_view, kLayerPlaces> kLayerNames { "attn_q", "attn_k", "attn_v", "attn_qkv",
    "attn_output", "ffn_gate", "ffn_up", "ffn_up", "ffn_down" };

struct GgufNorm {
    std::string_view NormNames::*norm;
    std::string_view name;
};
constexpr std::array kNorms { GgufNorm { &NormNames::attentionInput, "attn_norm" },
    GgufNorm { &NormNames::mlpInput, "ffn_norm" }, GgufNorm { &NormNames::query, "attn_q_norm" },
    GgufNorm { &NormNames::key, "attn_k_norm" } };

constexpr const char* kEmbedding = "token_embd.weight";
constexpr const char* kHead = "output.weight";
constexpr const char* kRopeFactors = "rope_freqs.weight";

/// The keys of one architecture; remembers which were read.
class Settings {
public:
    Settings(const Json& metadata, std::string architecture, std::string file)
        : m_metadata(metadata)
        , m_architecture(std::move(architecture))
        , m_file(std::move(file))
    {
    }

    tl::unexpected<Error> error(const std::string& text) const
    {
        return fail(ErrorCode::BadFile, m_file + ": " + text);
    }

    const Json* find(std::string_view key)
    {
        const std::string whole = fmt::format("{}.{}", m_architecture, key);
        const auto found = m_metadata.find(whole);
        if (found == m_metadata.end())
            return nullptr;
        m_read.insert(whole);
        return &*found;
    }

    Result<std::int64_t> count(std::string_view key, std::optional<std::int64_t> fallback = std::nullopt)
    {
        const Json* value = find(key);
        if (!value && fallback)
            return *fallback;
        const std::optional<std::int64_t> number = value ? asCount(*value) : std::nullopt;
        if (number && *number > 0)
            return *number;
        return error(value
                ? fmt::format("{}.{} must be a whole number above 0 for all blocks alike", m_architecture, key)
                : fmt::format("{}.{} is missing", m_architecture, key));
    }

    Result<double> number(std::string_view key, std::optional<double> fallback = std::nullopt)
    {
        const Json* value = find(key);
        if (!value && fallback)
            return *fallback;
        if (!value || !value->is_number())
            return error(fmt::format("{}.{} is {}", m_architecture, key, value ? "no number" : "missing"));
        return value->get<double>();
    }

    /// Keys of the architecture that nobody read.
    std::vector<std::string> unread() const
    {
        std::vector<std::string> keys;
        for (const auto& [key, value] : m_metadata.items())
            if (key.starts_with(m_architecture + ".") && !m_read.contains(key))
                keys.push_back(key);
        return keys;
    }

private:
    const Json& m_metadata;
    std::string m_architecture, m_file;
    std::set<std::string> m_read;
};

/// Factors by which llama.cpp divides the plain frequencies, of rope settings as config.json has them.
Result<std::vector<double>> ropeFactors(const Json& settings, double theta, std::int64_t width)
{
    const RotaryContext context { width, 1.0, theta, 0 };
    KERF_TRY(const RotaryAngles plain, readRotary(ConfigReader(Json::object(), {}), context));
    KERF_TRY(RotaryAngles scaled, readRotary(ConfigReader(settings, {}), context));
    std::ranges::transform(plain.frequencies, scaled.frequencies, scaled.frequencies.begin(), std::divides());
    return std::move(scaled.frequencies);
}

class View {
public:
    View(const Checkpoint& file, const GgufFamily& family)
        : m_file(file)
        , m_family(family)
        , m_architecture(*findArchitecture(family.type, {}))
        , m_settings(*file.metadata(), std::string(family.architecture), file.folder().string())
    {
    }

    Result<Checkpoint> make(Notes& notes)
    {
        KERF_CHECK(readSizes());
        KERF_CHECK(readRope());
        KERF_CHECK(readRest());
        nameTensors();
        KERF_CHECK(pairHeads());
        if (const std::vector<std::string> unread = m_settings.unread(); !unread.empty())
            notes.push_back({ NoteKind::IgnoredKeys,
                fmt::format("The file has keys that Kerf does not read: {}. If the model was trained with them, its "
                            "results here are not its own.",
                    listed(unread, 8)),
                unread });
        return m_file.named(m_config.dump(1), m_names);
    }

private:
    Status readSizes()
    {
        const TensorInfo* embedding = m_file.find(kEmbedding);
        if (!embedding || embedding->shape.size() != 2)
            return m_settings.error(fmt::format("has no matrix {}", kEmbedding));
        KERF_TRY(const auto hidden, m_settings.count("embedding_length"));
        KERF_TRY(m_blocks, m_settings.count("block_count"));
        KERF_TRY(const auto inner, m_settings.count("feed_forward_length"));
        KERF_TRY(m_heads, m_settings.count("attention.head_count"));
        KERF_TRY(m_keyHeads, m_settings.count("attention.head_count_kv", m_heads));
        KERF_TRY(const auto context, m_settings.count("context_length"));
        KERF_TRY(m_width, m_settings.count("attention.key_length", hidden / std::max<std::int64_t>(m_heads, 1)));
        KERF_TRY(const auto valueWidth, m_settings.count("attention.value_length", m_width));
        KERF_TRY(const auto vocabulary, m_settings.count("vocab_size", embedding->shape[0]));
        KERF_TRY(const double epsilon, m_settings.number("attention.layer_norm_rms_epsilon"));
        if (valueWidth != m_width)
            return m_settings.error(fmt::format("has heads of {} channels for keys and {} for values, which Kerf does "
                                                "not run",
                m_width, valueWidth));
        m_config = { { "model_type", m_family.type }, { "architectures", { m_architecture.className } },
            { "hidden_size", hidden }, { "num_hidden_layers", m_blocks }, { "intermediate_size", inner },
            { "num_attention_heads", m_heads }, { "num_key_value_heads", m_keyHeads },
            { "max_position_embeddings", context }, { "head_dim", m_width }, { "rms_norm_eps", epsilon },
            { "hidden_act", "silu" }, { "vocab_size", vocabulary },
            { "tie_word_embeddings", m_file.find(kHead) == nullptr } };
        return {};
    }

    Status readRope()
    {
        KERF_TRY(const auto turned, m_settings.count("rope.dimension_count", m_width));
        KERF_TRY(const double theta, m_settings.number("rope.freq_base", 10000.0));
        if (turned != m_width)
            return m_settings.error(fmt::format("turns {} of the {} channels of a head, which Kerf does not run for {}",
                turned, m_width, m_family.type));
        m_config["rope_theta"] = theta;
        const Json* kind = m_settings.find("rope.scaling.type");
        const std::string type = kind && kind->is_string() ? kind->get<std::string>() : "none";
        if (type == "linear") {
            KERF_TRY(const double factor, m_settings.number("rope.scaling.factor"));
            m_config["rope_scaling"] = { { "rope_type", "linear" }, { "factor", factor } };
        } else if (type != "none") {
            return m_settings.error(fmt::format(
                "has the rope scaling \"{}\", which Kerf does not read from GGUF files", type.substr(0, 40)));
        }
        return m_file.find(kRopeFactors) ? readFactors(theta) : Status();
    }

    /// The factors of Llama 3 are stored, not what they were made from.
    Status readFactors(double theta)
    {
        KERF_TRY(const Matrix stored, m_file.read(kRopeFactors));
        m_names.emplace("model.rotary_emb.inv_freq", StoredTensor { kRopeFactors, 0 }); // a buffer: nobody reads it
        if (stored.size() == m_width / 2 && stored.maxCoeff() == stored.minCoeff()) {
            m_config["rope_scaling"] = { { "rope_type", "linear" }, { "factor", stored(0, 0) } };
            return {};
        }
        for (const double factor : { 8.0, 32.0 }) {
            const Json settings { { "rope_type", "llama3" }, { "factor", factor }, { "low_freq_factor", 1.0 },
                { "high_freq_factor", 4.0 }, { "original_max_position_embeddings", 8192U } };
            KERF_TRY(const std::vector<double> made, ropeFactors(settings, theta, m_width));
            const auto equal = [](float a, double b) { return std::abs(static_cast<double>(a) - b) <= 1e-4 * b; };
            if (!std::equal(stored.data(), stored.data() + stored.size(), made.begin(), made.end(), equal))
                continue;
            m_config["rope_scaling"] = settings;
            return {};
        }
        return m_settings.error(fmt::format("has factors of the position embedding ({}) that are not those of Llama 3, "
                                            "which Kerf does not read",
            kRopeFactors));
    }

    Status readRest()
    {
        if (const Json* experts = m_settings.find("expert_count"); experts && *experts != 0)
            return m_settings.error("is a mixture of experts, which Kerf does not read from GGUF files");
        if (m_family.type != "qwen2") // whose projections always have them
            m_config["attention_bias"] = m_file.find("blk.0.attn_q.bias") != nullptr;
        if (m_family.type == "llama")
            m_config["mlp_bias"] = m_file.find("blk.0.ffn_up.bias") != nullptr;
        const bool hasCodes
            = std::ranges::any_of(m_file.tensors(), [](const auto& entry) { return !entry.second.blocks.empty(); });
        if (hasCodes)
            m_config["quantization_config"] = { { "quant_method", "gguf" } };
        return {};
    }

    void nameTensors()
    {
        for (const GgufModule& module : ggufModules(m_family, { m_blocks, m_heads, m_keyHeads }))
            for (const char* end : { ".weight", ".bias" })
                if (m_file.find(module.theirs + end))
                    m_names.insert_or_assign(
                        module.ours + end, StoredTensor { module.theirs + end, module.pairedHeads });
    }

    Status pairHeads() const
    {
        for (const auto& [ours, stored] : m_names)
            if (const TensorInfo& info = *m_file.find(stored.name); stored.pairedHeads > 0
                && (info.shape.empty() || info.shape[0] != stored.pairedHeads * m_width || m_width % 2 != 0))
                return m_settings.error(
                    fmt::format("tensor {} has the shape [{}], but {} heads of {} are {} rows", stored.name,
                        fmt::join(info.shape, ", "), stored.pairedHeads, m_width, stored.pairedHeads * m_width));
        return {};
    }

    const Checkpoint& m_file;
    const GgufFamily& m_family;
    const Architecture& m_architecture;
    Settings m_settings;
    Json m_config;
    std::map<std::string, StoredTensor> m_names;
    std::int64_t m_blocks = 0, m_heads = 0, m_keyHeads = 0, m_width = 0;
};

} // namespace

const GgufFamily* ggufFamilyOf(std::string_view type)
{
    const auto found = std::ranges::find(kFamilies, type, &GgufFamily::type);
    return found == kFamilies.end() ? nullptr : &*found;
}

std::vector<GgufModule> ggufModules(const GgufFamily& family, const GgufSizes& sizes)
{
    const Architecture& architecture = *findArchitecture(family.type, {});
    const std::string prefix(architecture.prefixes.front());
    const auto headsOf = [&](LayerPlace place) {
        const std::int64_t heads = place == LayerPlace::Query ? sizes.heads
            : place == LayerPlace::Key                        ? sizes.keyHeads
                                                              : 0;
        return family.pairsHeads ? heads : 0;
    };
    std::vector<GgufModule> modules { { prefix + std::string(architecture.embedding), "token_embd" },
        { prefix + std::string(architecture.finalNorm), "output_norm" }, { std::string(architecture.head), "output" } };
    for (std::int64_t block = 0; block < sizes.blocks; ++block) {
        const std::string theirs = fmt::format("blk.{}.", block);
        const std::string ours = fmt::format("{}{}.{}.", prefix, architecture.blocks, block);
        for (const GgufNorm& norm : kNorms)
            if (const std::string_view path = architecture.norms.*norm.norm; !path.empty())
                modules.push_back({ ours + std::string(path), theirs + std::string(norm.name) });
        for (const LayerTemplate& layer : architecture.layers)
            modules.push_back({ ours + std::string(layer.name),
                theirs + std::string(kLayerNames[static_cast<std::size_t>(layer.place)]), headsOf(layer.place) });
    }
    return modules;
}

Result<Checkpoint> viewGguf(const Checkpoint& file, Notes& notes)
{
    const auto& name = file.metadata()->at("general.architecture").get_ref<const std::string&>();
    if (const auto family = std::ranges::find(kFamilies, name, &GgufFamily::architecture); family != kFamilies.end())
        return View(file, *family).make(notes);
    std::set<std::string_view> known;
    for (const GgufFamily& family : kFamilies)
        known.insert(family.architecture);
    return fail(ErrorCode::BadFile,
        fmt::format("{}: holds a model of the architecture \"{}\"; {} can be read from GGUF files.",
            file.folder().string(), name.substr(0, 100), fmt::join(known, ", ")));
}

} // namespace kerf::core
