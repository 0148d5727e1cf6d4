// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/plan/layer_index.h"
#include "core/plan/loader_parts.h"
#include "core/transform/transform.h"

namespace kerf::core {
namespace {

PlanProblems shapes(const PlacedLayers& layers)
{
    return layerProblems(layers, [](const PlacedLayer& placed) {
        const Status fits = placed.whole.checkShape(placed.layer->shape);
        return fits ? std::string() : fits.error().message;
    });
}

/// Rules or faults of a loader, for a target those that concern it too.
std::vector<LoaderRule> rulesOf(std::string_view loader, std::string_view target, bool isKnownFault)
{
    const std::string_view kind = target.starts_with("gptq-") ? target.substr(0, 4) : target;
    std::vector<LoaderRule> rules;
    std::ranges::copy_if(loaderRules(), std::back_inserter(rules), [&](const LoaderRule& rule) {
        return rule.loader == loader && (rule.target.empty() || rule.target == kind)
            && rule.isKnownFault == isKnownFault;
    });
    return rules;
}

Result<PlacedLayers> placedLayers(const Plan& plan, const Network& network)
{
    const auto index = indexLayers(network);
    PlacedLayers layers;
    for (const PlanLayer& row : plan.layers) {
        const auto layer = index.find(row.layer);
        if (layer == index.end())
            return fail(ErrorCode::InvalidArgument, fmt::format("The model has no layer \"{}\"", row.layer));
        KERF_TRY(LayerFormat format, parseLayerFormat(row.format));
        layers.push_back({ layer->second, format.weight, format });
    }
    return layers;
}

} // namespace

PlanProblems layerProblems(const PlacedLayers& layers, const std::function<std::string(const PlacedLayer&)>& rule)
{
    std::map<std::string, std::vector<std::string>> byProblem;
    for (const PlacedLayer& placed : layers) {
        if (std::string problem = rule(placed); !problem.empty())
            byProblem[std::move(problem)].push_back(placed.layer->name);
    }
    PlanProblems problems;
    for (auto& [problem, names] : byProblem) {
        const std::string who
            = names.size() == 1 ? names.front() : fmt::format("{} and {} more", names.front(), names.size() - 1);
        problems.push_back({ std::move(names), fmt::format("{}: {}", who, problem) });
    }
    return problems;
}

bool isPlainInteger(const Format& format)
{
    return format.family() == FormatFamily::Integer && !format.isNested();
}

bool roundsInputs(const PlacedLayer& placed)
{
    return placed.whole.activation != ActivationFormat::None;
}

bool isFloat8(const Format& format)
{
    return format.name().starts_with("fp8-e4m3");
}

PlanProblems onlineRotation(std::string_view loader, const Plan& plan)
{
    if (!rotatesOnline(plan.transforms))
        return {};
    return { { {},
        fmt::format(
            "{} does not rotate queries, keys and the inputs of down while a model runs, as the plan's rotation "
            "says; leave its online part out",
            loaderTitle(loader)) } };
}

std::vector<std::string> namesOf(const PlacedLayers& layers)
{
    std::vector<std::string> names;
    for (const PlacedLayer& placed : layers)
        names.push_back(placed.layer->name);
    return names;
}

std::span<const std::string> loaders()
{
    static const std::array<std::string, 5> names { "any", "vllm", "transformers", "llama.cpp", "tensorrt-llm" };
    return names;
}

std::string_view loaderTitle(std::string_view loader)
{
    return loader == "vllm" ? "vLLM" : loader == "tensorrt-llm" ? "TensorRT-LLM" : loader;
}

std::vector<std::string> loadersOf(std::string_view target)
{
    if (target == "gguf")
        return { "llama.cpp" };
    if (target == "modelopt")
        return { "tensorrt-llm", "vllm" };
    constexpr std::array<std::string_view, 8> kFolders { "gptq", "gptq-v1", "gptq-v2", "awq", "compressed-tensors",
        "fp8", "bnb", "hf" };
    if (std::ranges::find(kFolders, target) != kFolders.end())
        return { "vllm", "transformers" };
    return {};
}

std::span<const LoaderRule> loaderRules()
{
    static const std::vector<LoaderRule> all = [] {
        std::vector<LoaderRule> rules;
        for (const auto part : { vllmRules(), transformersRules(), llamaCppRules(), tensorRtRules() })
            rules.insert(rules.end(), part.begin(), part.end());
        return rules;
    }();
    return all;
}

Result<std::vector<PlanProblem>> checkLoader(
    const Plan& plan, const Network& network, const std::string& loader, std::string_view target)
{
    if (std::ranges::find(loaders(), loader) == loaders().end())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("There is no loader \"{}\"; known are {}", loader, fmt::join(loaders(), ", ")));
    const std::vector<std::string> readers = loadersOf(target);
    if (!target.empty() && loader != "any" && std::ranges::find(readers, loader) == readers.end())
        return PlanProblems { { {}, fmt::format("{} does not read {}", loaderTitle(loader), target) } };
    KERF_TRY(const PlacedLayers layers, placedLayers(plan, network));
    PlanProblems problems = shapes(layers);
    if (target == "hf") // floats, whatever the plan's formats
        return problems;
    for (const LoaderRule& rule : rulesOf(loader, target, kRule)) {
        PlanProblems found = rule.find(layers, plan);
        problems.insert(problems.end(), found.begin(), found.end());
    }
    return problems;
}

Result<std::vector<std::string>> knownFaults(
    const Plan& plan, const Network& network, std::string_view loader, std::string_view target)
{
    KERF_TRY(const PlacedLayers layers, placedLayers(plan, network));
    std::vector<std::string> faults;
    for (const LoaderRule& rule : rulesOf(loader, target, kFault))
        if (!rule.find(layers, plan).empty())
            faults.push_back(fmt::format("Known fault of {}: {}", rule.versions, rule.reason));
    return faults;
}

} // namespace kerf::core
