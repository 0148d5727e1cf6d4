// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <array>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/plan/loader_parts.h"

namespace kerf::core {
namespace {

PlanProblems tensorRtFormats(const PlacedLayers& layers, const Plan&)
{
    return layerProblems(layers, [](const PlacedLayer& placed) -> std::string {
        const Format& format = *placed.format;
        const std::string name = placed.whole.name();
        const bool isAwq = isPlainInteger(format) && format.codeBits() == 4 && format.isSymmetric()
            && (format.groupSize(placed.layer->shape.cols) == 64 || format.groupSize(placed.layer->shape.cols) == 128)
            && !roundsInputs(placed);
        if (format.isUnquantized() || isAwq || name == "fp8-e4m3-tensor+afp8-tensor"
            || name == "fp8-e4m3-channel+afp8-token" || name == "nvfp4+anvfp4" || name == "nvfp4")
            return {};
        return fmt::format(
            "TensorRT-LLM takes fp8-e4m3-tensor+afp8-tensor, fp8-e4m3-channel+afp8-token, nvfp4+anvfp4, "
            "nvfp4, int4-g64 and int4-g128 from a ModelOpt folder, not {}; choose fp8-e4m3-tensor+afp8-tensor",
            name);
    });
}

PlanProblems tensorRtFused(const PlacedLayers& layers, const Plan&)
{
    std::map<std::string, PlacedLayers> groups;
    for (const PlacedLayer& placed : layers)
        if (!placed.layer->tie.empty())
            groups[placed.layer->tie].push_back(placed);
    PlanProblems problems;
    for (const auto& [tie, members] : groups)
        for (const PlacedLayer& member : members)
            if (member.whole.name() != members.front().whole.name()) {
                problems.push_back({ namesOf(members),
                    fmt::format("TensorRT-LLM fuses {} into one weight, so they need one format. Give all the same",
                        fmt::join(namesOf(members), ", ")) });
                break;
            }
    return problems;
}

PlanProblems tensorRtRotation(const PlacedLayers&, const Plan& plan)
{
    return onlineRotation("tensorrt-llm", plan);
}

constexpr std::array kRules {
    LoaderRule { "tensorrt-llm-formats", "tensorrt-llm", "", "all", kRule,
        "Of a ModelOpt folder it takes FP8 with fixed steps of inputs, FP8 by channel and token, NVFP4, and int4 in "
        "groups "
        "of 64 or 128.",
        "tensorrt_llm _torch/modules/linear.py: FP8QDQ, FP8Rowwise, NVFP4, W4A16NVFP4 and W4A16_AWQ LinearMethods",
        tensorRtFormats },
    LoaderRule { "tensorrt-llm-fused-formats", "tensorrt-llm", "", "all", kRule,
        "Queries, keys and values are one weight, and so are gate and up: each needs one format.",
        "tensorrt_llm _torch/modules/linear.py: load_weights_fused_qkv_linear", tensorRtFused },
    LoaderRule { "tensorrt-llm-rotation", "tensorrt-llm", "", "all", kRule, "Nothing is rotated while a model runs.",
        "no such operator in tensorrt_llm's models", tensorRtRotation },
};

} // namespace

std::span<const LoaderRule> tensorRtRules()
{
    return kRules;
}

} // namespace kerf::core
