// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/format/ggml_type.h"
#include "core/plan/layer_index.h"
#include "core/plan/loaders.h"
#include "core/transform/transform.h"

namespace kerf::core {
namespace {

using Layers = std::vector<PlacedLayer>;
using Problems = std::vector<PlanProblem>;

/// Layers with the same problem share one message. `rule` gives the end of "<layers>: …", empty where nothing is wrong.
template <class Rule> Problems layerProblems(const Layers& layers, const Rule& rule)
{
    std::map<std::string, std::vector<std::string>> byProblem;
    for (const PlacedLayer& placed : layers) {
        if (std::string problem = rule(placed); !problem.empty())
            byProblem[std::move(problem)].push_back(placed.layer->name);
    }
    Problems problems;
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

Problems onlineRotation(std::string_view loader, const Plan& plan)
{
    if (!rotatesOnline(plan.transforms))
        return {};
    return { { {},
        fmt::format(
            "{} does not rotate queries, keys and the inputs of down while a model runs, as the plan's rotation "
            "says; leave its online part out",
            loaderTitle(loader)) } };
}

// vLLM

/// What vLLM's kernels for quantized inputs take.
Problems vllmInputs(const Layers& layers, const Plan&)
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

Problems vllmInputShapes(const Layers& layers, const Plan&)
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

Problems vllmFormats(const Layers& layers, const Plan&)
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

Problems vllmColumns(const Layers& layers, const Plan&)
{
    return layerProblems(layers, [](const PlacedLayer& placed) -> std::string {
        const std::int64_t cols = placed.layer->shape.cols;
        if (!isPlainInteger(*placed.format) || roundsInputs(placed) || cols % 128 == 0)
            return {};
        return fmt::format(
            "vLLM's kernels need a number of columns that 128 divides, not {}; keep such layers in 16 bit", cols);
    });
}

/// Layers that vLLM runs as one product: q, k, v; gate and up.
std::map<std::string, Layers> fusedLayers(const Layers& layers)
{
    std::map<std::string, Layers> groups;
    for (const PlacedLayer& placed : layers)
        groups[placed.layer->tie.empty() ? placed.layer->name : placed.layer->tie].push_back(placed);
    return groups;
}

std::vector<std::string> namesOf(const Layers& layers)
{
    std::vector<std::string> names;
    for (const PlacedLayer& placed : layers)
        names.push_back(placed.layer->name);
    return names;
}

bool haveOneFormat(const Layers& layers)
{
    return std::ranges::all_of(
        layers, [&](const PlacedLayer& placed) { return placed.whole.name() == layers.front().whole.name(); });
}

Problems vllmFusedFormats(const Layers& layers, const Plan&)
{
    Problems problems;
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

Problems vllmFusedRows(const Layers& layers, const Plan&)
{
    Problems problems;
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

/// Layers that differ are rules of "dynamic" there.
Problems vllmGptqRules(const Layers& layers, const Plan&)
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

// transformers

Problems transformersFormats(const Layers& layers, const Plan&)
{
    return layerProblems(layers, [](const PlacedLayer& placed) -> std::string {
        const Format& format = *placed.format;
        const bool isHeld = format.isUnquantized() || isPlainInteger(format) || isFloat8(format)
            || format.family() == FormatFamily::CodeBook || format.family() == FormatFamily::Microscaling;
        if (isHeld)
            return {};
        return fmt::format(
            "transformers takes integers of 2 to 8 bits, fp8-e4m3, nvfp4, mxfp4, mxfp8 and bitsandbytes' "
            "formats from an export of Kerf's, not {}",
            format.name());
    });
}

Problems transformersInputs(const Layers& layers, const Plan&)
{
    return layerProblems(layers, [](const PlacedLayer& placed) -> std::string {
        if (placed.whole.activation != ActivationFormat::Int4Token)
            return {};
        return "no export holds 4-bit inputs; choose a8-token";
    });
}

Problems transformersShapes(const Layers& layers, const Plan&)
{
    return layerProblems(layers, [](const PlacedLayer& placed) -> std::string {
        const LayerShape& shape = placed.layer->shape;
        if (!isPlainInteger(*placed.format) || (shape.rows % 32 == 0 && shape.cols % 32 == 0))
            return {};
        return fmt::format(
            "the kernels that transformers takes from gptqmodel need rows and columns that 32 divides, not "
            "{} x {}; keep such layers in 16 bit",
            shape.rows, shape.cols);
    });
}

Problems transformersGptqRules(const Layers& layers, const Plan&)
{
    std::set<std::string> formats;
    for (const PlacedLayer& placed : layers)
        formats.insert(placed.format->name());
    if (formats.size() < 2)
        return {};
    return { { namesOf(layers),
        "in a gptq folder layers that differ are rules of \"dynamic\", which optimum does not read: transformers fails "
        "or "
        "leaves layers uninitialised. Export to compressed-tensors, or give all layers one format" } };
}

Problems transformersTensorFloat8(const Layers& layers, const Plan&)
{
    return layerProblems(layers, [](const PlacedLayer& placed) -> std::string {
        if (placed.format->name() != "fp8-e4m3-tensor")
            return {};
        return "transformers reads an fp8 folder with one scale a tensor without a word and computes other numbers; "
               "choose "
               "fp8-e4m3-block128, or export to compressed-tensors";
    });
}

/// Every family's table names the experts of a block so.
Problems transformersExperts(const Layers& layers, const Plan&)
{
    std::vector<std::string> names;
    for (const PlacedLayer& placed : layers)
        if (!placed.format->isUnquantized() && placed.layer->name.find(".experts.") != std::string::npos)
            names.push_back(placed.layer->name);
    if (names.empty())
        return {};
    const std::string first = names.front();
    return { { std::move(names),
        fmt::format(
            "{} and the other experts: transformers 5 holds experts as one tensor and does not read their codes. Keep "
            "them in 16 bit, or export to hf",
            first) } };
}

/// The layers that a known fault concerns.
template <class Meets> Problems concerned(const Layers& layers, const Meets& meets)
{
    std::vector<std::string> names;
    for (const PlacedLayer& placed : layers)
        if (meets(placed))
            names.push_back(placed.layer->name);
    if (names.empty())
        return {};
    return { { std::move(names), {} } };
}

Problems anyBlockFloat8(const Layers& layers, const Plan&)
{
    return concerned(layers, [](const PlacedLayer& placed) { return placed.whole.name() == "fp8-e4m3-block128"; });
}

Problems anyOddBits(const Layers& layers, const Plan&)
{
    return concerned(layers, [](const PlacedLayer& placed) {
        return isPlainInteger(*placed.format) && !roundsInputs(placed) && 32 % placed.format->codeBits() != 0;
    });
}

Problems anyAsymmetric(const Layers& layers, const Plan&)
{
    return concerned(layers, [](const PlacedLayer& placed) {
        return isPlainInteger(*placed.format) && !roundsInputs(placed) && !placed.format->isSymmetric();
    });
}

Problems anyMicroscaled(const Layers& layers, const Plan&)
{
    return concerned(
        layers, [](const PlacedLayer& placed) { return placed.format->family() == FormatFamily::Microscaling; });
}

Problems anyTwoFormats(const Layers& layers, const Plan&)
{
    std::set<std::string> formats;
    for (const PlacedLayer& placed : layers)
        if (!placed.format->isUnquantized())
            formats.insert(placed.whole.name());
    return formats.size() < 2 ? Problems {} : Problems { { namesOf(layers), {} } };
}

// llama.cpp

/// llama.cpp's own types, and the integers that are written as such.
Problems llamaCppFormats(const Layers& layers, const Plan&)
{
    return layerProblems(layers, [](const PlacedLayer& placed) -> std::string {
        if (roundsInputs(placed) || placed.format->isUnquantized()
            || !ggmlFormatOf(*placed.format, placed.layer->shape.cols).empty())
            return {};
        return fmt::format("llama.cpp has no type that holds {}; choose one of its own, such as q4_k, or symmetric "
                           "integers of 4, 5 or 8 bits whose groups are made of blocks of 32",
            placed.format->name());
    });
}

Problems llamaCppInputs(const Layers& layers, const Plan&)
{
    return layerProblems(layers, [](const PlacedLayer& placed) -> std::string {
        if (!roundsInputs(placed))
            return {};
        return "llama.cpp rounds inputs as it likes, not as the plan says; leave the part behind the plus sign away";
    });
}

Problems shapes(const Layers& layers)
{
    return layerProblems(layers, [](const PlacedLayer& placed) {
        const Status fits = placed.whole.checkShape(placed.layer->shape);
        return fits ? std::string() : fits.error().message;
    });
}

Problems vllmRotation(const Layers&, const Plan& plan)
{
    return onlineRotation("vllm", plan);
}
Problems transformersRotation(const Layers&, const Plan& plan)
{
    return onlineRotation("transformers", plan);
}
Problems llamaCppRotation(const Layers&, const Plan& plan)
{
    return onlineRotation("llama.cpp", plan);
}

constexpr bool kRule = false, kFault = true;

constexpr std::array kRules {
    LoaderRule { "vllm-inputs", "vllm", "", "all", kRule,
        "Of quantized inputs the kernels take int8 or fp8 weights with one symmetric scale a row, and a scale a token "
        "or "
        "one for all.",
        "vllm compressed_tensors.py: _is_dynamic_token_w8a8, _is_static_tensor_w8a8, _is_fp8_w8a8", vllmInputs },
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
    LoaderRule { "vllm-rotation", "vllm", "", "all", kRule, "Nothing is rotated while a model runs.",
        "no such operator in vllm's models", vllmRotation },
    LoaderRule { "transformers-formats", "transformers", "", "all", kRule,
        "Formats that gptqmodel, compressed-tensors or bitsandbytes hold.", "their readers", transformersFormats },
    LoaderRule { "transformers-inputs", "transformers", "", "all", kRule, "No target holds inputs of 4 bits.",
        "compressed_tensors quant_scheme.py: PRESET_SCHEMES has no such integers", transformersInputs },
    LoaderRule { "transformers-gptq-shapes", "transformers", "gptq", "all", kRule,
        "Words hold 32 bits of codes along rows and columns.", "gptqmodel qlinear: in_features and out_features % 32",
        transformersShapes },
    LoaderRule { "transformers-awq-shapes", "transformers", "awq", "all", kRule,
        "Words hold 32 bits of codes along rows and columns.", "gptqmodel qlinear: in_features and out_features % 32",
        transformersShapes },
    LoaderRule { "transformers-gptq-rules", "transformers", "gptq", "all", kRule,
        "A gptq folder whose layers differ says so in \"dynamic\", which optimum ignores.",
        "optimum gptq/quantizer.py reads bits and group_size alone", transformersGptqRules },
    LoaderRule { "transformers-fp8-tensor", "transformers", "fp8", "all", kRule,
        "A folder with one scale a tensor fails (5.22) or is read without the scale (5.24).",
        "seen: perplexity 752 instead of 41.6, docs/results/loaders.md", transformersTensorFloat8 },
    LoaderRule { "transformers-tensors-experts", "transformers", "compressed-tensors", "5.22 to 5.24", kRule,
        "Experts are one tensor there, into which the codes of single ones are not read: it loads with experts at "
        "random.",
        "seen: mixtral, perplexity 1114 instead of 1269, docs/results/loaders.md", transformersExperts },
    LoaderRule { "transformers-bnb-experts", "transformers", "bnb", "5.22 to 5.24", kRule,
        "Experts are one tensor there, into which the codes of single ones are not read.",
        "seen: mixtral stops at its first product, docs/results/loaders.md", transformersExperts },
    LoaderRule { "transformers-rotation", "transformers", "", "all", kRule, "Nothing is rotated while a model runs.",
        "no such operator in transformers' models", transformersRotation },
    LoaderRule { "transformers-tensors-blocks", "transformers", "compressed-tensors", "compressed-tensors 0.17", kFault,
        "fp8 in blocks fails to decompress where inputs are not rounded.", "seen, docs/results/loaders.md",
        anyBlockFloat8 },
    LoaderRule { "transformers-tensors-odd-bits", "transformers", "compressed-tensors",
        "compressed-tensors before 0.18", kFault, "3, 5, 6 and 7 bits were packed in whole words, Kerf packs densely.",
        "pack_quantized/helpers.py of 0.17.1 and 0.18.0; seen, docs/results/loaders.md", anyOddBits },
    LoaderRule { "transformers-tensors-asymmetric", "transformers", "compressed-tensors", "transformers 5.23 and 5.24",
        kFault, "Packed zero points of asymmetric layers are refused for their size.", "seen, docs/results/loaders.md",
        anyAsymmetric },
    LoaderRule { "transformers-tensors-mixed", "transformers", "compressed-tensors", "transformers 5.23 and 5.24",
        kFault, "With dequantize=True every layer is read in the first group's format, without a word.",
        "seen: perplexity 63,256 instead of 41.04", anyTwoFormats },
    LoaderRule { "transformers-tensors-float32", "transformers", "compressed-tensors",
        "compressed-tensors 0.17 to 0.20", kFault,
        "mxfp4, mxfp8 and nvfp4 become bfloat16 weights: a model in float32 stops at its first layer. Load it in "
        "bfloat16.",
        "mx_utils.py, nvfp4/helpers.py; seen, docs/results/loaders.md", anyMicroscaled },
    LoaderRule { "llama-cpp-formats", "llama.cpp", "", "all", kRule,
        "Its own block types, and integers whose groups are made of blocks of 32.", "ggml ggml.c: type_traits",
        llamaCppFormats },
    LoaderRule { "llama-cpp-inputs", "llama.cpp", "", "all", kRule,
        "Inputs are rounded to Q8_0 or Q8_K by the kernels, whatever a plan says.", "ggml ggml-cpu.c: vec_dot_type",
        llamaCppInputs },
    LoaderRule { "llama-cpp-rotation", "llama.cpp", "", "all", kRule, "Nothing is rotated while a model runs.",
        "no such operator in llama.cpp's graphs", llamaCppRotation },
};

/// Rules or faults of a loader, for a target those that concern it too.
std::vector<LoaderRule> rulesOf(std::string_view loader, std::string_view target, bool isKnownFault)
{
    const std::string_view kind = target.starts_with("gptq-") ? target.substr(0, 4) : target;
    std::vector<LoaderRule> rules;
    std::ranges::copy_if(kRules, std::back_inserter(rules), [&](const LoaderRule& rule) {
        return rule.loader == loader && (rule.target.empty() || rule.target == kind)
            && rule.isKnownFault == isKnownFault;
    });
    return rules;
}

Result<Layers> placedLayers(const Plan& plan, const Network& network)
{
    const auto index = indexLayers(network);
    Layers layers;
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

std::span<const std::string> loaders()
{
    static const std::array<std::string, 4> names { "any", "vllm", "transformers", "llama.cpp" };
    return names;
}

std::string_view loaderTitle(std::string_view loader)
{
    return loader == "vllm" ? "vLLM" : loader;
}

std::vector<std::string> loadersOf(std::string_view target)
{
    if (target == "gguf")
        return { "llama.cpp" };
    constexpr std::array<std::string_view, 8> kFolders { "gptq", "gptq-v1", "gptq-v2", "awq", "compressed-tensors",
        "fp8", "bnb", "hf" };
    if (std::ranges::find(kFolders, target) != kFolders.end())
        return { "vllm", "transformers" };
    return {};
}

std::span<const LoaderRule> loaderRules()
{
    return kRules;
}

Result<std::vector<PlanProblem>> checkLoader(
    const Plan& plan, const Network& network, const std::string& loader, std::string_view target)
{
    if (std::ranges::find(loaders(), loader) == loaders().end())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("There is no loader \"{}\"; known are {}", loader, fmt::join(loaders(), ", ")));
    const std::vector<std::string> readers = loadersOf(target);
    if (!target.empty() && loader != "any" && std::ranges::find(readers, loader) == readers.end())
        return Problems { { {}, fmt::format("{} does not read {}", loaderTitle(loader), target) } };
    KERF_TRY(const Layers layers, placedLayers(plan, network));
    Problems problems = shapes(layers);
    if (target == "hf") // floats, whatever the plan's formats
        return problems;
    for (const LoaderRule& rule : rulesOf(loader, target, kRule)) {
        Problems found = rule.find(layers, plan);
        problems.insert(problems.end(), found.begin(), found.end());
    }
    return problems;
}

Result<std::vector<std::string>> knownFaults(
    const Plan& plan, const Network& network, std::string_view loader, std::string_view target)
{
    KERF_TRY(const Layers layers, placedLayers(plan, network));
    std::vector<std::string> faults;
    for (const LoaderRule& rule : rulesOf(loader, target, kFault))
        if (!rule.find(layers, plan).empty())
            faults.push_back(fmt::format("Known fault of {}: {}", rule.versions, rule.reason));
    return faults;
}

} // namespace kerf::core
