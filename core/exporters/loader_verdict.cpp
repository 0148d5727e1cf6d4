// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/loader_verdict.h"

#include <fmt/format.h>

#include "core/plan/loaders.h"

namespace kerf::core {

Plan storedPlan(const Model& model)
{
    Plan plan { fmt::format("as stored in {}", model.checkpoint.folder().filename().string()), {},
        QuantizeMode::Independent, {}, {}, {} };
    const std::string plain = model.checkpoint.onnx() ? "f32" : "f16";
    for (const LayerInfo& layer : model.network->layers()) {
        const bool isStored = model.quantized && model.quantized->contains(layer.name);
        plan.layers.push_back({ layer.name, isStored ? model.quantized->wholeFormat(layer.name) : plain, "rtn" });
    }
    return plan;
}

std::string storedTarget(const Model& model)
{
    if (model.checkpoint.metadata())
        return "gguf";
    if (!model.quantized)
        return "hf";
    const std::string& method = model.quantized->quantMethod();
    return method == "bitsandbytes" ? "bnb" : method == "onnx" ? "onnx-qdq" : method;
}

Result<std::vector<LoaderVerdict>> loaderVerdicts(const Model& model)
{
    std::vector<LoaderVerdict> verdicts;
    const std::string target = storedTarget(model);
    const Plan plan = storedPlan(model);
    for (const std::string& loader : loadersOf(target)) {
        KERF_TRY(std::vector<PlanProblem> problems, checkLoader(plan, *model.network, loader, target));
        KERF_TRY(std::vector<std::string> faults, knownFaults(plan, *model.network, loader, target));
        verdicts.push_back({ loader, std::move(problems), std::move(faults) });
    }
    return verdicts;
}

} // namespace kerf::core
