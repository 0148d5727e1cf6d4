// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/plan/loader_parts.h"

namespace kerf::core {
namespace {

/// What vLLM's kernels for quantized inputs take.
PlanProblems vllmInputs(const PlacedLayers& layers, const Plan&)
{
    return layerProblems(layers, [](const PlacedLayer& placed) -> std::string {
        switch (placed.whole.activation) {
        case ActivationFormat::None:
            return {};
        case ActivationFormat::LlmInt8:
            return "vLLM runs llmint8 only by quantizing again while it loads; choose int8-channel+a8-token";
        case ActivationFormat::Int4Token:
            return "vLLM has no kernels for 4-bit inputs; choose int8-channel+a8-token";
        default:
            break;
        }
        const std::string name = placed.whole.name();
        if (std::ranges::find(kServedWithInputs, name) != kServedWithInputs.end())
            return {};
        return fmt::format("of quantized inputs, vLLM's kernels take {}, not {}; choose int8-channel+a8-token",
            fmt::join(kServedWithInputs, ", "), name);
    });
}

PlanProblems vllmInputShapes(const PlacedLayers& layers, const Plan&)
{
    return layerProblems(layers, [](const PlacedLayer& placed) -> std::string {
        const auto& [rows, cols] = placed.layer->shape;
        if (!roundsInputs(placed) || (rows % 16 == 0 && cols % 16 == 0))
            return {};
        return fmt::format(
            "vLLM's kernels for quantized inputs need rows and columns that 16 divides, not {} x {}; keep "
            "such layers in 16 bit",
            rows, cols);
    });
}

PlanProblems vllmFormats(const PlacedLayers& layers, const Plan&)
{
    return layerProblems(layers, [](const PlacedLayer& placed) -> std::string {
        const Format& format = *placed.format;
        const int bits = format.codeBits();
        const bool isHeld = format.isUnquantized() || roundsInputs(placed) || isFloat8(format)
            || format.name() == "nvfp4" || format.name() == "mxfp4" || format.family() == FormatFamily::CodeBook
            || (isPlainInteger(format) && (bits == 4 || (bits == 8 && format.isSymmetric())));
        if (isHeld)
            return {};
        return fmt::format(
            "vLLM's fast kernels take 4 or 8 bits symmetric and 4 bits asymmetric, fp8-e4m3, nvfp4, mxfp4 "
            "and bitsandbytes' formats, not {}; choose int4-g128, int4-g128-asym or int8-channel",
            format.name());
    });
}

PlanProblems vllmColumns(const PlacedLayers& layers, const Plan&)
{
    return layerProblems(layers, [](const PlacedLayer& placed) -> std::string {
        const std::int64_t cols = placed.layer->shape.cols;
        if (!isPlainInteger(*placed.format) || roundsInputs(placed) || cols % 128 == 0)
            return {};
        return fmt::format(
            "vLLM's kernels need a number of columns that 128 divides, not {}; keep such layers in 16 bit", cols);
    });
}

/// PlacedLayers that vLLM runs as one product: q, k, v; gate and up.
std::map<std::string, PlacedLayers> fusedLayers(const PlacedLayers& layers)
{
    std::map<std::string, PlacedLayers> groups;
    for (const PlacedLayer& placed : layers)
        groups[placed.layer->tie.empty() ? placed.layer->name : placed.layer->tie].push_back(placed);
    return groups;
}

bool haveOneFormat(const PlacedLayers& layers)
{
    return std::ranges::all_of(
        layers, [&](const PlacedLayer& placed) { return placed.whole.name() == layers.front().whole.name(); });
}

PlanProblems vllmFusedFormats(const PlacedLayers& layers, const Plan&)
{
    PlanProblems problems;
    for (const auto& [tie, members] : fusedLayers(layers)) {
        if (haveOneFormat(members))
            continue;
        std::vector<std::string> formats;
        for (const PlacedLayer& member : members)
            formats.push_back(member.whole.name());
        problems.push_back({ namesOf(members),
            fmt::format("vLLM fuses {} into one weight, so they need one format; here they have {}. Give all the same",
                fmt::join(namesOf(members), ", "), fmt::join(formats, ", ")) });
    }
    return problems;
}

PlanProblems vllmFusedRows(const PlacedLayers& layers, const Plan&)
{
    PlanProblems problems;
    for (const auto& [tie, members] : fusedLayers(layers)) {
        std::int64_t rows = 0;
        for (const PlacedLayer& member : members)
            rows += member.layer->shape.rows;
        if (members.front().format->isUnquantized() || !haveOneFormat(members) || rows % 64 == 0)
            continue;
        problems.push_back({ namesOf(members),
            fmt::format("vLLM's kernels need a number of rows that 64 divides, not {}, for {}; keep {} in 16 bit", rows,
                fmt::join(namesOf(members), " with "), members.size() > 1 ? "them" : "it") });
    }
    return problems;
}

/// PlacedLayers that differ are rules of "dynamic" there.
PlanProblems vllmGptqRules(const PlacedLayers& layers, const Plan&)
{
    std::set<std::string> formats;
    std::vector<std::string> asymmetric;
    for (const PlacedLayer& placed : layers) {
        if (placed.format->isUnquantized())
            continue;
        formats.insert(placed.format->name());
        if (!placed.format->isSymmetric())
            asymmetric.push_back(placed.layer->name);
    }
    if (formats.size() < 2 || asymmetric.empty())
        return {};
    return { { asymmetric,
        "in a gptq folder layers that differ are rules of \"dynamic\", and vLLM refuses rules for asymmetric ones. "
        "Export "
        "to compressed-tensors, or give all layers one format" } };
}

/// Which of ModelOpt's algorithms vLLM has a linear method for.
PlanProblems vllmModelOpt(const PlacedLayers& layers, const Plan&)
{
    std::set<std::string> formats;
    for (const PlacedLayer& placed : layers)
        if (!placed.format->isUnquantized())
            formats.insert(placed.whole.name());
    return layerProblems(layers, [&](const PlacedLayer& placed) -> std::string {
        if (isPlainInteger(*placed.format))
            return "vLLM does not read int4 from a ModelOpt folder; export to awq or compressed-tensors";
        if (formats.size() > 1 && placed.whole.name() == "fp8-e4m3-channel+afp8-token")
            return "vLLM reads fp8-e4m3-channel+afp8-token from a ModelOpt folder only where all layers have it; "
                   "choose "
                   "fp8-e4m3-tensor+afp8-tensor";
        return {};
    });
}

PlanProblems vllmRotation(const PlacedLayers&, const Plan& plan)
{
    return onlineRotation("vllm", plan);
}

constexpr std::array kRules {
    LoaderRule { "vllm-inputs", "vllm", "", "all", kRule,
        "Of quantized inputs the kernels take int8 or fp8 weights with one symmetric scale a row, and a scale a token "
        "or "
        "one for all; and NVFP4 on both sides.",
        "vllm compressed_tensors.py: _is_dynamic_token_w8a8, _is_static_tensor_w8a8, _is_fp8_w8a8, _is_fp4a4_nvfp4",
        vllmInputs },
    LoaderRule { "vllm-input-shapes", "vllm", "", "all", kRule,
        "Products of quantized inputs need rows and columns that 16 divides.",
        "vllm cutlass scaled_mm: 16 elements a load", vllmInputShapes },
    LoaderRule { "vllm-formats", "vllm", "", "all", kRule,
        "Weights alone: 4 or 8 bits symmetric, 4 bits asymmetric, fp8-e4m3, nvfp4, mxfp4 (newer versions), "
        "bitsandbytes.",
        "vllm marlin_utils.py: query_marlin_supported_quant_types; compressed_tensors.py: _get_scheme_from_parts",
        vllmFormats },
    LoaderRule { "vllm-columns", "vllm", "", "all", kRule, "Marlin needs columns that 128 divides, on every shard.",
        "vllm marlin_utils.py: GPTQ_MARLIN_MIN_THREAD_K", vllmColumns },
    LoaderRule { "vllm-fused-formats", "vllm", "", "all", kRule,
        "Queries, keys and values are one weight, and so are gate and up: each needs one format.",
        "vllm compressed_tensors/utils.py: find_matched_target of fused layers", vllmFusedFormats },
    LoaderRule { "vllm-fused-rows", "vllm", "", "all", kRule, "The fused weight needs rows that 64 divides.",
        "vllm marlin_utils.py: GPTQ_MARLIN_MIN_THREAD_N", vllmFusedRows },
    LoaderRule { "vllm-gptq-rules", "vllm", "gptq", "all", kRule,
        "A gptq folder with several formats has rules, and rules for asymmetric layers are refused.",
        "vllm gptq_utils.py: override_config", vllmGptqRules },
    LoaderRule { "vllm-modelopt-algorithms", "vllm", "modelopt", "all", kRule,
        "Of ModelOpt's algorithms: FP8, NVFP4, W4A16_NVFP4, also mixed, and FP8_PER_CHANNEL_PER_TOKEN alone; no int4.",
        "vllm modelopt.py: QUANT_ALGOS, ModelOptMixedPrecisionConfig.get_quant_method", vllmModelOpt },
    LoaderRule { "vllm-rotation", "vllm", "", "all", kRule, "Nothing is rotated while a model runs.",
        "no such operator in vllm's models", vllmRotation },
};

} // namespace

std::span<const LoaderRule> vllmRules()
{
    return kRules;
}

} // namespace kerf::core
