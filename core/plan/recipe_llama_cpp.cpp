// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/plan/recipe_parts.h"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "core/base/ascii.h"
#include "core/format/format.h"
#include "core/model/gguf_family.h"

namespace kerf::core {
namespace {

constexpr const char* kLlamaCpp = "llama.cpp";

/// "q4_k" as llama-quantize spells it: "q4_K".
std::optional<std::string> ggufType(const std::string& format)
{
    if (format == "bf16" || format == "f16" || format == "f32")
        return format;
    if (!format.starts_with("q") && !format.starts_with("iq"))
        return std::nullopt;
    std::string type = format;
    if (type.ends_with("_k"))
        type.back() = 'K';
    return type;
}

} // namespace

Result<ImportedPlan> readTensorTypes(std::string_view text, const std::string& what, const Network& network)
{
    std::vector<std::pair<Regex, std::string>> lines;
    for (std::size_t start = 0, number = 1; start < text.size(); ++number) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        std::string line(text.substr(start, end - start));
        start = end + 1;
        std::erase(line, '\r');
        if (line.find_first_not_of(" \t") == std::string::npos)
            continue;
        const std::size_t equals = line.rfind('=');
        const std::string place = fmt::format("{}: line {}", what, number);
        if (equals == std::string::npos)
            return fail(ErrorCode::BadFile,
                fmt::format(
                    "{}: is no recipe of llama-quantize, which has lines such as blk\\.0\\.attn_q=q4_k", place));
        const std::string type = lowerAscii(line.substr(equals + 1));
        auto pattern = Regex::compile(line.substr(0, equals));
        if (!pattern || !parseFormat(type))
            return fail(ErrorCode::BadFile,
                fmt::format("{}: {}", place, pattern ? parseFormat(type).error().message : pattern.error().message));
        lines.emplace_back(*pattern, type);
    }
    std::vector<LayerRule> rules;
    const auto names = ggufLayerNames(network);
    for (const LayerInfo& layer : network.layers())
        for (const auto& [pattern, type] : lines) {
            const auto name = names.find(layer.name);
            KERF_TRY(
                const bool matches, pattern.contains(name == names.end() ? std::string() : name->second.front().name));
            if (!matches)
                continue;
            KERF_TRY(NamePattern whole, NamePattern::ofTarget(layer.name, what));
            rules.push_back({ { std::move(whole) }, type });
            break; // the first that matches counts
        }
    KERF_TRY(ImportedPlan imported, planOfRules(rules, "hcd", what, network));
    imported.plan.mode = QuantizeMode::Independent;
    imported.notes.emplace_back("The codes are chosen by hcd; llama-quantize would choose them by its own search.");
    return imported;
}

Result<Recipe> llamaCppRecipe(const Plan& plan, const Network& network)
{
    KERF_CHECK(refuseKvCache(plan, kLlamaCpp));
    KERF_CHECK(refuseTransforms(plan, kLlamaCpp));
    const auto names = ggufLayerNames(network);
    Recipe recipe { "tensor-types.txt", {}, {} };
    std::map<std::string, std::string> written; ///< types by name: the experts of a block have one
    for (const PlanLayer& row : plan.layers) {
        const auto name = names.find(row.layer);
        const auto type = ggufType(row.format);
        if (name == names.end())
            return cannotExpress(kLlamaCpp, "this layer, whose place in a GGUF file Kerf does not know", row);
        if (!type)
            return cannotExpress(
                kLlamaCpp, fmt::format("the format {}; it has its own, such as q4_k", row.format), row);
        for (const GgufLayerName& part : name->second) {
            const auto [before, isNew] = written.emplace(part.name, *type);
            if (!isNew && before->second != *type)
                return cannotExpress(kLlamaCpp, "different formats for the experts of a block, which it stacks", row);
            if (isNew)
                recipe.text += fmt::format("{}={}\n", escapePattern(part.name), *type);
        }
    }
    recipe.notes.push_back(
        "Use it as llama-quantize --imatrix FILE --tensor-type-file tensor-types.txt IN.gguf OUT.gguf Q4_K_M; "
        "kerf-cli imatrix writes FILE.");
    recipe.notes.push_back("llama.cpp chooses the codes by its own search, whatever the plan's method is.");
    return recipe;
}

} // namespace kerf::core
