// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/format/layer_format.h"
#include "core/graph/layer_info.h"
#include "core/plan/plan.h"

namespace kerf::core {

/// The runtimes that checkLoader (core/plan/plan.h) knows: "any" (only that every format can hold its layer), "vllm",
/// "transformers", "llama.cpp", "tensorrt-llm".
std::span<const std::string> loaders();
/// "vLLM" for "vllm".
std::string_view loaderTitle(std::string_view loader);
/// Those that read an export target ("gptq"); none for a target that is not known.
std::vector<std::string> loadersOf(std::string_view target);

/// The formats with rounded inputs that vLLM's kernels take and compressed-tensors holds: a byte a weight, and for each
/// token a step of its own, or one step for all; and NVFP4 on both sides.
inline constexpr std::array<std::string_view, 7> kServedWithInputs { "int8-channel+a8-token", "int8-channel+a8-tensor",
    "fp8-e4m3-channel+afp8-token", "fp8-e4m3-tensor+afp8-token", "fp8-e4m3-channel+afp8-tensor",
    "fp8-e4m3-tensor+afp8-tensor", "nvfp4+anvfp4" };

/// A layer of a plan as rules see it.
struct PlacedLayer {
    const LayerInfo* layer;
    FormatPtr format; ///< of the weight
    LayerFormat whole;
};

/// What a loader asks of a plan: a row of the table that the plan editor, the solver, plan check and the exporters use,
/// and that docs/loaders.md shows. One file a loader: core/plan/loader_vllm.cpp and its like.
struct LoaderRule {
    std::string_view id; ///< "vllm-fused-rows"
    std::string_view loader; ///< of loaders()
    std::string_view target; ///< the export that it concerns; empty: any
    std::string_view versions; ///< of the loader, or of what it reads the target with
    /// A fault of these versions that others do not have: told with an export, but no reason to refuse a plan.
    bool isKnownFault;
    std::string_view reason; ///< what is asked, and why: a sentence
    std::string_view source; ///< where that stands, or how it was seen
    std::vector<PlanProblem> (*find)(const std::vector<PlacedLayer>& layers, const Plan& plan);
};
std::span<const LoaderRule> loaderRules();

/// The known faults of a loader that a plan meets from a target: "transformers 5.23 to 5.24: …". Errors: as
/// checkLoader.
Result<std::vector<std::string>> knownFaults(
    const Plan& plan, const Network& network, std::string_view loader, std::string_view target);

} // namespace kerf::core
