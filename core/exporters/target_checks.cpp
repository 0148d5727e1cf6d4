// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/target_checks.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/base/regex.h"
#include "core/model/architecture.h"
#include "core/plan/loaders.h"
#include "core/transform/transform.h"

namespace kerf::core {

Result<std::vector<QuantizedRow>> quantizedRows(const Plan& plan, const Network& network)
{
    std::vector<QuantizedRow> rows;
    for (const LayerInfo& layer : network.layers()) {
        const PlanLayer* row = plan.find(layer.name);
        if (!row)
            return fail(ErrorCode::InvalidArgument, fmt::format("The plan says nothing about layer {}", layer.name));
        KERF_TRY(LayerFormat format, parseLayerFormat(row->format));
        if (!format.weight->isUnquantized())
            rows.push_back({ &layer, std::move(format.weight), format.activation, DType::F16 });
    }
    return rows;
}

std::int64_t storedGroupSize(const QuantizedRow& row)
{
    return row.format->granularity() == Granularity::Channel ? -1 : row.format->groupSize(row.layer->shape.cols);
}

std::vector<std::string> denseLayers(const Network& network, const std::vector<QuantizedRow>& rows)
{
    std::set<std::string> quantized;
    for (const QuantizedRow& row : rows)
        quantized.insert(row.layer->name);
    std::vector<std::string> dense;
    for (const LayerInfo& layer : network.layers())
        if (!quantized.contains(layer.name))
            dense.push_back(layer.name);
    return dense;
}

std::string modulePattern(const Network& network, const std::string& module)
{
    const std::string whole = moduleName(network.architecture(), module);
    const std::string prefix = whole.substr(0, whole.size() - module.size());
    return (prefix.empty() ? prefix : fmt::format("({})?", escapePattern(prefix))) + escapePattern(module);
}

std::string moduleTarget(const Network& network, const std::string& module)
{
    const bool isWhole = moduleName(network.architecture(), module) == module;
    return isWhole ? module : fmt::format("re:{}$", modulePattern(network, module));
}

std::vector<PlanProblem> transposedProblems(const Network& network, std::string_view target)
{
    const auto isTransposed = [&](const LayerInfo& layer) {
        const WeightRef& ref = network.graph().weightOf(layer).ref;
        return ref.layout == WeightLayout::InOut && ref.slice < 0;
    };
    if (std::ranges::none_of(network.layers(), isTransposed))
        return {};
    return { { {},
        fmt::format("{} holds Linear modules; this model's layers are Conv1D, with the weight transposed. Export it to "
                    "gptq.",
            target) } };
}

std::vector<PlanProblem> generalProblems(
    const Plan& plan, const Network& network, std::string_view target, Inputs inputs)
{
    const auto rows = quantizedRows(plan, network);
    if (!rows)
        return { { {}, rows.error().message } };
    if (rotatesOnline(plan.transforms))
        return { { {},
            fmt::format("No runtime that loads {} rotates queries, keys and the inputs of down while the model runs, "
                        "as the plan's rotation says. Leave its online part out.",
                target) } };
    if (rows->empty())
        return { { {}, "No layer is quantized: give at least one layer an integer format." } };
    if (plan.settings.flag(kBiasCorrection) && network.architecture() != "onnx") // those have a place for it
        return { { {},
            fmt::format("{} holds no numbers that are added to the outputs of layers, as the plan's bias_correction "
                        "asks for. Set it to false.",
                target) } };
    if (inputs == Inputs::CheckedElsewhere)
        return {};
    PlanProblem problem { {},
        fmt::format(
            "{} is written with weights alone and would drop how inputs are rounded. Choose the formats without "
            "the part behind the plus sign.",
            target) };
    for (const QuantizedRow& row : *rows)
        if (row.activation != ActivationFormat::None)
            problem.layers.push_back(row.layer->name);
    return concerning({ problem });
}

std::vector<PlanProblem> stackedProblems(const Plan& plan, const Network& network, std::string_view target)
{
    PlanProblem problem { {},
        fmt::format("The experts of a block lie in one tensor, as loaders of {} models ask for them, and {} has no "
                    "quantized form of it. Leave these layers in 16 bit (bf16), or export to hf.",
            network.architecture(), target) };
    const auto rows = quantizedRows(plan, network);
    if (!rows)
        return {};
    for (const QuantizedRow& row : *rows)
        if (network.graph().weightOf(*row.layer).ref.slice >= 0)
            problem.layers.push_back(row.layer->name);
    return concerning({ problem });
}

std::vector<PlanProblem> linearProblems(
    const Plan& plan, const Network& network, std::string_view target, Inputs inputs)
{
    std::vector<PlanProblem> problems = generalProblems(plan, network, target, inputs);
    if (problems.empty())
        problems = stackedProblems(plan, network, target);
    return problems.empty() ? transposedProblems(network, target) : problems;
}

std::vector<PlanProblem> concerning(std::vector<PlanProblem> problems)
{
    std::erase_if(problems, [](const PlanProblem& problem) { return problem.layers.empty(); });
    return problems;
}

std::vector<std::string> loaderNotes(
    const Plan& plan, const Network& network, const std::string& target, const std::string& needs)
{
    if (!triedInLoaders(network.architecture()))
        return { fmt::format(
            "No export of a {} model was loaded by vLLM or transformers yet: load this one and compare "
            "its answers before you rely on it.",
            network.architecture()) };
    std::vector<std::string> notes;
    for (const std::string& loader : loadersOf(target)) {
        const auto problems = checkLoader(plan, network, loader, target);
        if (!problems)
            notes.push_back(problems.error().message);
        else if (problems->empty() && (loader == "vllm" || loader == "tensorrt-llm")) // they need a GPU
            notes.push_back(fmt::format(
                "Meets every rule known of {} (docs/loaders.md), which was not run for it.", loaderTitle(loader)));
        else if (problems->empty())
            notes.push_back(fmt::format("Loads in {}{}.", loaderTitle(loader),
                loader == "transformers" && !needs.empty() ? " " + needs : std::string()));
        else
            notes.push_back(
                fmt::format("Does not load in {} as it is ({} {}; plan check --loader {} --target {} lists them): {}",
                    loaderTitle(loader), problems->size(), problems->size() == 1 ? "problem" : "problems", loader,
                    target, problems->front().message));
        if (const auto faults = knownFaults(plan, network, loader, target))
            notes.insert(notes.end(), faults->begin(), faults->end());
    }
    return notes;
}

} // namespace kerf::core
