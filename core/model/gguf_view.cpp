// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/gguf_view.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/model/activation_name.h"
#include "core/model/gguf_family.h"
#include "core/model/gguf_keys.h"
#include "core/model/rotary.h"

namespace kerf::core {
namespace {

constexpr const char* kEmbedding = "token_embd.weight";
constexpr const char* kHead = "output.weight";
constexpr const char* kRopeFactors = "rope_freqs.weight";

/// Factors by which llama.cpp divides the plain frequencies, of rope settings as config.json has them.
Result<std::vector<double>> ropeFactors(const Json& settings, double theta, std::int64_t width)
{
    const RotaryContext context { width, 1.0, theta, 0 };
    KERF_TRY(const RotaryAngles plain, readRotary(ConfigReader(Json::object(), {}), context));
    KERF_TRY(RotaryAngles scaled, readRotary(ConfigReader(settings, {}), context));
    std::ranges::transform(plain.frequencies, scaled.frequencies, scaled.frequencies.begin(), std::divides());
    return std::move(scaled.frequencies);
}

/// What, times the width, is that many channels again.
double fractionOf(std::int64_t turned, std::int64_t width)
{
    double fraction = static_cast<double>(turned) / static_cast<double>(width);
    while (static_cast<std::int64_t>(static_cast<double>(width) * fraction) < turned)
        fraction = std::nextafter(fraction, 1.0);
    return fraction;
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
        : m_file(file)
        , m_family(family)
        , m_architecture(*findArchitecture(family.type, {}))
        , m_settings(*file.metadata(), std::string(family.architecture), file.folder().string())
    {
    }

    Result<Checkpoint> make(Notes& notes)
    {
        KERF_CHECK(readSizes());
        KERF_CHECK(readWidths());
        if (m_architecture.positions == Positions::Rotary)
            KERF_CHECK(readRope());
        KERF_CHECK(readWindows());
        KERF_CHECK(readFactors());
        KERF_CHECK(readExperts());
        readRest();
        nameTensors();
        KERF_CHECK(checkForms());
        addNotes(notes);
        return m_file.named(m_config.dump(1), m_names);
    }

private:
    /// config.json spells the keys in the way of the family.
    void set(std::string_view key, Json value)
    {
        if (!key.empty())
            m_config[std::string(key)] = std::move(value);
    }

    Status readSizes()
    {
        const ConfigKeys& keys = m_architecture.keys;
        const TensorInfo* embedding = m_file.find(kEmbedding);
        if (!embedding || embedding->shape.size() != 2)
            return m_settings.error(fmt::format("has no matrix {}", kEmbedding));
        KERF_TRY(m_sizes.hidden, m_settings.count("embedding_length"));
        KERF_TRY(m_sizes.blocks, m_settings.count("block_count"));
        KERF_TRY(m_sizes.positions, m_settings.count("context_length"));
        KERF_TRY(const auto inner, m_settings.count("feed_forward_length"));
        KERF_TRY(const auto vocabulary, m_settings.count("vocab_size", embedding->shape[0]));
        KERF_TRY(const double epsilon,
            m_settings.number(m_architecture.norm == NormKind::Rms ? "attention.layer_norm_rms_epsilon"
                                                                   : "attention.layer_norm_epsilon"));
        m_config = { { "model_type", m_family.type }, { "architectures", { m_architecture.className } },
            { "vocab_size", vocabulary }, { "tie_word_embeddings", m_file.find(kHead) == nullptr } };
        set(keys.hidden, m_sizes.hidden);
        set(keys.blocks, m_sizes.blocks);
        set(keys.inner, inner);
        set(keys.positions, m_sizes.positions);
        set(keys.epsilon, epsilon);
        set(keys.activation, m_architecture.defaults.activation);
        return {};
    }

    /// Of attention heads.
    Status readWidths()
    {
        const ConfigKeys& keys = m_architecture.keys;
        KERF_TRY(m_sizes.heads, m_settings.count("attention.head_count"));
        KERF_TRY(m_sizes.keyValueHeads, m_settings.count("attention.head_count_kv", m_sizes.heads));
        const std::int64_t usual = m_sizes.hidden / m_sizes.heads;
        KERF_TRY(m_sizes.headDim, m_settings.count("attention.key_length", std::max<std::int64_t>(usual, 1)));
        KERF_TRY(const auto valueWidth, m_settings.count("attention.value_length", m_sizes.headDim));
        if (valueWidth != m_sizes.headDim)
            return m_settings.error(fmt::format("has heads of {} channels for keys and {} for values, which Kerf does "
                                                "not run",
                m_sizes.headDim, valueWidth));
        if (keys.keyValueHeads.empty() && m_sizes.keyValueHeads != m_sizes.heads)
            return m_settings.error(fmt::format("has {} heads and {} of keys and values, which Kerf does not run for "
                                                "{}",
                m_sizes.heads, m_sizes.keyValueHeads, m_family.type));
        set(keys.heads, m_sizes.heads);
        set(keys.keyValueHeads, m_sizes.keyValueHeads);
        if (m_sizes.headDim * m_sizes.heads != m_sizes.hidden || m_architecture.defaults.headDim > 0)
            set("head_dim", m_sizes.headDim);
        return {};
    }

    Status readRope()
    {
        const std::int64_t width = m_sizes.headDim;
        KERF_TRY(const auto turned, m_settings.count("rope.dimension_count", width));
        KERF_TRY(const double theta, m_settings.number("rope.freq_base", 10000.0));
        if (turned > width || (turned != width && !m_family.turnsParts))
            return m_settings.error(fmt::format(
                "turns {} of the {} channels of a head, which Kerf does not run for {}", turned, width, m_family.type));
        if (m_family.turnsParts)
            set(m_architecture.keys.rotaryFraction, fractionOf(turned, width));
        set(m_architecture.keys.ropeTheta, theta);
        if (m_architecture.defaults.localRopeTheta > 0) {
            KERF_TRY(
                const double local, m_settings.number("rope.freq_base_swa", m_architecture.defaults.localRopeTheta));
            set("rope_local_base_freq", local);
        }
        const Json* kind = m_settings.find("rope.scaling.type");
        const std::string type = kind && kind->is_string() ? kind->get<std::string>() : "none";
        if (type == "linear") {
            KERF_TRY(const double factor, m_settings.number("rope.scaling.factor"));
            m_config["rope_scaling"] = { { "rope_type", "linear" }, { "factor", factor } };
        } else if (type != "none") {
            return m_settings.error(fmt::format(
                "has the rope scaling \"{}\", which Kerf does not read from GGUF files", type.substr(0, 40)));
        }
        return m_family.pairsHeads && m_file.find(kRopeFactors) ? readFrequencies(theta) : Status();
    }

    /// The factors of Llama 3 are stored, not what they were made from.
    Status readFrequencies(double theta)
    {
        KERF_TRY(const Matrix stored, m_file.read(kRopeFactors));
        m_names.emplace("model.rotary_emb.inv_freq", StoredTensor { kRopeFactors }); // a buffer: nobody reads it
        if (stored.size() == m_sizes.headDim / 2 && stored.maxCoeff() == stored.minCoeff()) {
            m_config["rope_scaling"] = { { "rope_type", "linear" }, { "factor", stored(0, 0) } };
            return {};
        }
        for (const double factor : { 8.0, 32.0 }) {
            const Json settings { { "rope_type", "llama3" }, { "factor", factor }, { "low_freq_factor", 1.0 },
                { "high_freq_factor", 4.0 }, { "original_max_position_embeddings", 8192U } };
            KERF_TRY(const std::vector<double> made, ropeFactors(settings, theta, m_sizes.headDim));
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

    /// Blocks that see all positions, or those of a window.
    Status readWindows()
    {
        if (m_family.windowPeriod == 0)
            return {};
        const bool hasPeriod = m_settings.has("attention.sliding_window_pattern");
        KERF_TRY(const auto window, m_settings.count("attention.sliding_window", m_sizes.positions));
        KERF_TRY(const auto period, m_settings.count("attention.sliding_window_pattern", m_family.windowPeriod));
        Json types = Json::array();
        for (std::int64_t block = 0; block < m_sizes.blocks; ++block)
            types.push_back(block % period < period - 1 ? "sliding_attention" : "full_attention");
        set("sliding_window", window);
        set("layer_types", std::move(types));
        if (hasPeriod && m_architecture.window == WindowRule::AllButEveryNth)
            set("_sliding_window_pattern", period);
        return {};
    }

    Status readFactors()
    {
        for (const GgufFactor& factor : ggufFactors()) {
            const std::string_view key = m_architecture.factors.*factor.key;
            if (key.empty() || !m_settings.has(factor.name))
                continue;
            KERF_TRY(const double value, m_settings.number(factor.name));
            set(key, value);
        }
        // What llama.cpp takes where no key says it.
        if (const std::string_view key = m_architecture.factors.attention; !key.empty() && !m_config.contains(key))
            set(key, 1.0 / std::sqrt(static_cast<double>(m_sizes.headDim)));
        set(m_architecture.factors.queryScalar, ggufQueryScalar(m_family, m_sizes));
        return {};
    }

    Status readExperts()
    {
        const ExpertNames& names = m_architecture.experts;
        if (names.router.empty())
            return {};
        KERF_TRY(m_sizes.experts, m_settings.count("expert_count"));
        KERF_TRY(const auto used, m_settings.count("expert_used_count"));
        set(names.countKey, m_sizes.experts);
        set(names.topKey, used);
        if (!names.innerKey.empty()) {
            KERF_TRY(const auto inner, m_settings.count("expert_feed_forward_length"));
            set(names.innerKey, inner);
        }
        if (!names.sharedInnerKey.empty()) {
            KERF_TRY(const auto shared, m_settings.count("expert_shared_feed_forward_length"));
            set(names.sharedInnerKey, shared);
        }
        set(names.renormalizeKey, m_family.renormalizes);
        return {};
    }

    void readRest()
    {
        if (m_architecture.order == BlockOrder::BySwitch)
            set("use_parallel_residual", m_settings.flag("use_parallel_residual", true));
        for (const GgufModule& module : modules())
            for (const LayerTemplate& layer : m_architecture.layers)
                if (module.ours.ends_with(fmt::format(".0.{}", layer.name)) && !m_config.contains(layer.bias.key))
                    set(layer.bias.key, m_file.find(module.theirs + ".bias") != nullptr);
        nameCodes(m_file, m_config);
    }

    std::vector<GgufModule> modules() const
    {
        return ggufModules(m_family, { m_sizes.blocks, m_sizes.heads, m_sizes.keyValueHeads, m_sizes.experts },
            m_architecture.prefixes.front());
    }

    void nameTensors()
    {
        for (const GgufModule& module : modules()) {
            if (m_file.find(module.theirs + ".weight"))
                m_names.insert_or_assign(
                    module.ours + ".weight", StoredTensor { module.theirs + ".weight", module.form, module.slice });
            if (m_file.find(module.theirs + ".bias"))
                m_names.insert_or_assign(
                    module.ours + ".bias", StoredTensor { module.theirs + ".bias", module.biasForm() });
        }
    }

    /// What named() asks for, and whoever reads rows in their places.
    Status checkForms() const
    {
        for (const auto& [ours, stored] : m_names)
            KERF_CHECK(checkForm(stored, *m_file.find(stored.name)));
        return {};
    }

    Status checkForm(const StoredTensor& stored, const TensorInfo& info) const
    {
        const std::string shape = fmt::format("[{}]", fmt::join(info.shape, ", "));
        const auto wrong = [&](const std::string& what) {
            return m_settings.error(fmt::format("tensor {} has the shape {}, but {}", stored.name, shape, what));
        };
        if (stored.slice >= 0 && (info.shape.size() != 3 || info.shape[0] != m_sizes.experts))
            return wrong(fmt::format("a matrix of each of {} experts should be there", m_sizes.experts));
        if (stored.form.transposed && info.shape.size() != 2)
            return wrong("a matrix should be there");
        if (stored.form.shift != 0 && info.dtype != DType::F32)
            return m_settings.error(
                fmt::format("tensor {} is stored as {}, but norms are F32", stored.name, dtypeName(info.dtype)));
        if (stored.form.rows == RowOrder::Source)
            return {};
        const std::int64_t heads = stored.form.heads * (stored.form.rows == RowOrder::FusedParts ? 3 : 1);
        const bool isOdd = stored.form.rows == RowOrder::RotaryPairs && m_sizes.headDim % 2 != 0;
        if (info.shape.empty() || info.shape[0] != heads * m_sizes.headDim || isOdd)
            return wrong(fmt::format("{} heads of {} are {} rows", heads, m_sizes.headDim, heads * m_sizes.headDim));
        return {};
    }

    void addNotes(Notes& notes) const
    {
        if (const std::vector<std::string> unread = m_settings.unread(); !unread.empty())
            notes.push_back({ NoteKind::IgnoredKeys,
                fmt::format("The file has keys that Kerf does not read: {}. If the model was trained with them, its "
                            "results here are not its own.",
                    listed(unread, 8)),
                unread });
        if (activationNamed(m_architecture.defaults.activation) != m_family.activation)
            notes.push_back({ NoteKind::IgnoredKeys,
                fmt::format("The file does not say how a {} model computes its activation. Kerf takes {}, as the "
                            "family's models have it; llama.cpp runs another form of it.",
                    m_family.type, m_architecture.defaults.activation),
                {} });
    }

    const Checkpoint& m_file;
    const GgufFamily& m_family;
    const Architecture& m_architecture;
    GgufKeys m_settings;
    Json m_config;
    std::map<std::string, StoredTensor> m_names;
    DecoderConfig m_sizes; ///< its numbers of channels, heads, blocks, positions and experts
};

} // namespace

bool isGgufArchitecture(const std::string& name)
{
    return ggufFamilyNamed(name, false) || ggufFamilyNamed(name, true);
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
    if (const GgufFamily* family = ggufFamilyNamed(name, hasExperts))
        return View(file, *family).make(notes);
    if (ggufFamilyNamed(name, !hasExperts))
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
