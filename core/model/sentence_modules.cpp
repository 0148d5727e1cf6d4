// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/sentence_modules.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/base/json.h"
#include "core/graph/ops/activation.h"
#include "core/graph/ops/norm.h"
#include "core/graph/ops/pool_rows.h"
#include "core/graph/ops/unit_rows.h"
#include "core/model/config_reader.h"
#include "core/model/kept_linear.h"

namespace kerf::core {
namespace {

constexpr std::array<std::string_view, 6> kKnown { "Pooling", "Dense", "LayerNorm", "Normalize", "Dropout",
    "Transformer" };

/// How a pooling is called, today and before; in the order in which several stand side by side.
struct PoolingName {
    std::string_view name, flag;
    PoolRows::Kind kind;
};
constexpr std::array<PoolingName, 6> kPoolings { {
    { "cls", "pooling_mode_cls_token", PoolRows::Kind::First },
    { "max", "pooling_mode_max_tokens", PoolRows::Kind::Max },
    { "mean", "pooling_mode_mean_tokens", PoolRows::Kind::Mean },
    { "mean_sqrt_len_tokens", "pooling_mode_mean_sqrt_len_tokens", PoolRows::Kind::MeanSqrt },
    { "weightedmean", "pooling_mode_weightedmean_tokens", PoolRows::Kind::WeightedMean },
    { "lasttoken", "pooling_mode_lasttoken", PoolRows::Kind::Last },
} };

struct ActivationClass {
    std::string_view name; ///< of torch.nn
    std::optional<kernels::Activation> kind; ///< nothing: identity
};
constexpr std::array<ActivationClass, 5> kActivations { {
    { "Identity", std::nullopt },
    { "Tanh", kernels::Activation::Tanh },
    { "ReLU", kernels::Activation::Relu },
    { "GELU", kernels::Activation::Gelu },
    { "SiLU", kernels::Activation::Silu },
} };

std::string_view lastPart(std::string_view name)
{
    return name.substr(name.rfind('.') + 1);
}

class ModuleBuilder {
public:
    ModuleBuilder(GraphBuilder& builder, TensorClaims& claims, const ModuleFolder& module, const ConfigReader& config)
        : m_builder(builder)
        , m_claims(claims)
        , m_module(module)
        , m_config(config)
    {
    }

    Result<ValueId> pool(ValueId rows, ValueId mask) const
    {
        KERF_TRY(PoolRows settings, poolings());
        m_config.accept("include_prompt"); // of texts that begin with a prompt
        KERF_CHECK(checkWidth(m_config.has("embedding_dimension") ? "embedding_dimension" : "word_embedding_dimension",
            m_builder.widthOf(rows)));
        return m_builder.add(poolRowsOp(), std::move(settings), { rows, mask });
    }

    Result<ValueId> dense(ValueId x) const
    {
        KERF_CHECK(checkWidth("in_features", m_builder.widthOf(x)));
        KERF_TRY(const std::int64_t outputs, m_config.count("out_features", kMaxSize));
        KERF_TRY(const bool hasBias, m_config.flag("bias", true));
        KERF_TRY(const bool isResidual, m_config.flag("use_residual", false));
        if (isResidual)
            return m_config.wrong("use_residual", "false (a residual is not supported)");
        KERF_TRY(const std::string name, m_config.text("activation_function", "Tanh"));
        const auto known = std::ranges::find(kActivations, lastPart(name), &ActivationClass::name);
        if (known == kActivations.end())
            return m_config.wrong("activation_function", "Identity, Tanh, ReLU, GELU or SiLU of torch.nn");
        KERF_TRY(
            const ValueId made, addKeptLinear(m_builder, m_claims, m_module.path + ".linear", outputs, x, hasBias));
        return known->kind ? m_builder.add(activationOp(), *known->kind, { made }) : made;
    }

    Result<ValueId> norm(ValueId x) const
    {
        const std::int64_t width = m_builder.widthOf(x);
        KERF_CHECK(checkWidth("dimension", width));
        KERF_TRY(Parameter weight, m_claims.claimParameter(m_module.path + ".norm.weight", { width }));
        KERF_TRY(Parameter bias, m_claims.claimParameter(m_module.path + ".norm.bias", { width }));
        const ParameterId first = m_builder.parameter(std::move(weight)), second = m_builder.parameter(std::move(bias));
        return m_builder.add(normOp(), Norm { NormKind::Layer, 1e-5, 1 }, { x }, { first, second });
    }

private:
    Status checkWidth(std::string_view key, std::int64_t width) const
    {
        KERF_TRY(const std::int64_t said, m_config.count(key, kMaxSize, width));
        return said == width ? Status() : m_config.wrong(key, fmt::format("{}, as wide as what it reads", width));
    }

    Result<PoolRows> poolings() const
    {
        PoolRows settings;
        if (!m_config.has("pooling_mode")) {
            for (const PoolingName& each : kPoolings) {
                KERF_TRY(const bool isOn, m_config.flag(each.flag, false));
                if (isOn)
                    settings.kinds.push_back(each.kind);
            }
            if (settings.kinds.empty())
                settings.kinds.push_back(PoolRows::Kind::Mean);
            return settings;
        }
        const Json& mode = m_config.value("pooling_mode");
        m_config.accept("pooling_mode");
        for (const Json& name : mode.is_array() ? mode : Json::array({ mode })) {
            const auto known = std::ranges::find_if(
                kPoolings, [&](const PoolingName& each) { return name.is_string() && name == each.name; });
            if (known == kPoolings.end())
                return m_config.wrong("pooling_mode", "cls, max, mean, mean_sqrt_len_tokens, weightedmean, lasttoken");
            settings.kinds.push_back(known->kind);
        }
        if (settings.kinds.empty())
            return m_config.wrong("pooling_mode", "one mode at least");
        return settings;
    }

    GraphBuilder& m_builder;
    TensorClaims& m_claims;
    const ModuleFolder& m_module;
    const ConfigReader& m_config;
};

/// max_seq_length of the transformer's settings, or else model_max_length of the tokenizer's; 0: neither says.
Result<std::int64_t> longestText(const SourceFolder& folder, const std::string& settings, const std::string& place)
{
    constexpr std::size_t kMaxBytes = 16 << 20;
    const std::string tokenizer = "tokenizer_config.json";
    const auto read
        = [](const std::string& text, const std::string& what, const char* key) -> Result<std::optional<std::int64_t>> {
        KERF_TRY(const Json json, parseJson(text, what));
        const auto value = json.is_object() ? json.find(key) : json.end();
        if (value == json.end())
            return std::nullopt;
        const auto number = asCount(*value); // where there is no limit it is written as 1e30
        return number && *number > 0 && *number <= kMaxSize ? number : std::nullopt;
    };
    if (!settings.empty()) {
        KERF_TRY(const auto said, read(settings, place + ": settings of the Transformer", "max_seq_length"));
        if (said)
            return *said;
    }
    if (!folder.contains(tokenizer))
        return 0;
    KERF_TRY(const std::string text, folder.readText(tokenizer, kMaxBytes));
    KERF_TRY(const auto said, read(text, (folder.path() / tokenizer).string(), "model_max_length"));
    return said.value_or(0);
}

Status checkModules(const SentenceModules& found)
{
    const auto wrong = [&](const std::string& problem) {
        return fail(ErrorCode::BadFile, fmt::format("{}: {}", found.place, problem));
    };
    if (found.modules.front().type != "Pooling")
        return wrong("behind the transformer a Pooling module is expected.");
    for (const ModuleFolder& module : found.modules)
        if (std::ranges::find(kKnown, module.type) == kKnown.end() || module.type == "Transformer")
            return wrong(fmt::format("modules of the kind {} are not supported; Pooling, Dense, LayerNorm, Normalize "
                                     "and Dropout are.",
                module.type));
    return {};
}

} // namespace

Result<SentenceModules> readSentenceModules(const Checkpoint& checkpoint)
{
    SentenceModules found;
    if (checkpoint.metadata())
        return found;
    found.place = (checkpoint.folder() / "modules.json").string();
    KERF_TRY(const SourceFolder folder, SourceFolder::open(checkpoint.folder()));
    KERF_TRY(found.modules, readModuleFolders(folder));
    if (found.modules.empty())
        return found;
    const ModuleFolder transformer = found.modules.front();
    if (transformer.type != "Transformer" || !transformer.path.empty())
        return fail(ErrorCode::BadFile,
            fmt::format("{}: the first module must be the Transformer of this folder; it is {}.", found.place,
                transformer.type));
    found.modules.erase(found.modules.begin());
    KERF_TRY(found.longest, longestText(folder, transformer.configText, found.place));
    if (!found.modules.empty())
        KERF_CHECK(checkModules(found));
    return found;
}

Result<ValueId> addSentenceModules(
    GraphBuilder& builder, TensorClaims& claims, const SentenceModules& found, ValueId rows, ValueId mask)
{
    ValueId value = rows;
    for (const ModuleFolder& module : found.modules) {
        const std::string place = fmt::format("{}: {}", found.place, module.path);
        Json json = Json::object();
        if (!module.configText.empty()) {
            KERF_TRY(json, parseJson(module.configText, place));
            if (!json.is_object())
                return fail(ErrorCode::BadFile, fmt::format("{}: its config.json is not a JSON object.", place));
        }
        const ConfigReader config(json, place);
        const ModuleBuilder step(builder, claims, module, config);
        for (const char* key : { "module_input_name", "module_output_name" })
            if (config.has(key) && config.value(key) != kEmbeddingOutput)
                return config.wrong(
                    key, fmt::format("{} (what is made of single tokens is not supported)", kEmbeddingOutput));
        if (module.type == "Pooling") {
            if (value != rows)
                return fail(ErrorCode::BadFile, fmt::format("{}: texts are pooled a second time.", place));
            KERF_TRY(value, step.pool(rows, mask));
        } else if (module.type == "Dense") {
            KERF_TRY(value, step.dense(value));
        } else if (module.type == "LayerNorm") {
            KERF_TRY(value, step.norm(value));
        } else if (module.type == "Normalize") {
            value = builder.add(unitRowsOp(), {}, { value });
        } // a Dropout drops nothing where nothing is trained
    }
    return value;
}

} // namespace kerf::core
