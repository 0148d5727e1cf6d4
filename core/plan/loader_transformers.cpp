// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <array>
#include <set>

#include <fmt/format.h>

#include "core/plan/loader_parts.h"

namespace kerf::core {
namespace {

PlanProblems transformersFormats(const PlacedLayers& layers, const Plan&)
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

PlanProblems transformersInputs(const PlacedLayers& layers, const Plan&)
{
    return layerProblems(layers, [](const PlacedLayer& placed) -> std::string {
        if (placed.whole.activation != ActivationFormat::Int4Token)
            return {};
        return "no export holds 4-bit inputs; choose a8-token";
    });
}

PlanProblems transformersShapes(const PlacedLayers& layers, const Plan&)
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

PlanProblems transformersGptqRules(const PlacedLayers& layers, const Plan&)
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

PlanProblems transformersTensorFloat8(const PlacedLayers& layers, const Plan&)
{
    return layerProblems(layers, [](const PlacedLayer& placed) -> std::string {
        if (placed.format->name() != "fp8-e4m3-tensor")
            return {};
        return "transformers reads an fp8 folder with one scale a tensor without a word and computes other numbers; "
               "choose "
               "fp8-e4m3-block128, or export to compressed-tensors";
    });
}

PlanProblems transformersExperts(const PlacedLayers& layers, const Plan&)
{
    std::vector<std::string> names;
    for (const PlacedLayer& placed : layers)
        if (!placed.format->isUnquantized() && placed.layer->expert >= 0)
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
template <class Meets> PlanProblems concerned(const PlacedLayers& layers, const Meets& meets)
{
    std::vector<std::string> names;
    for (const PlacedLayer& placed : layers)
        if (meets(placed))
            names.push_back(placed.layer->name);
    if (names.empty())
        return {};
    return { { std::move(names), {} } };
}

PlanProblems anyBlockFloat8(const PlacedLayers& layers, const Plan&)
{
    return concerned(layers, [](const PlacedLayer& placed) { return placed.whole.name() == "fp8-e4m3-block128"; });
}

PlanProblems anyOddBits(const PlacedLayers& layers, const Plan&)
{
    return concerned(layers, [](const PlacedLayer& placed) {
        return isPlainInteger(*placed.format) && !roundsInputs(placed) && 32 % placed.format->codeBits() != 0;
    });
}

PlanProblems anyAsymmetric(const PlacedLayers& layers, const Plan&)
{
    return concerned(layers, [](const PlacedLayer& placed) {
        return isPlainInteger(*placed.format) && !roundsInputs(placed) && !placed.format->isSymmetric();
    });
}

PlanProblems anyMicroscaled(const PlacedLayers& layers, const Plan&)
{
    return concerned(
        layers, [](const PlacedLayer& placed) { return placed.format->family() == FormatFamily::Microscaling; });
}

PlanProblems anyTwoFormats(const PlacedLayers& layers, const Plan&)
{
    std::set<std::string> formats;
    for (const PlacedLayer& placed : layers)
        if (!placed.format->isUnquantized())
            formats.insert(placed.whole.name());
    return formats.size() < 2 ? PlanProblems {} : PlanProblems { { namesOf(layers), {} } };
}

PlanProblems anyNvFloatInputs(const PlacedLayers& layers, const Plan&)
{
    return concerned(
        layers, [](const PlacedLayer& placed) { return placed.whole.activation == ActivationFormat::NvFp4; });
}

PlanProblems transformersRotation(const PlacedLayers&, const Plan& plan)
{
    return onlineRotation("transformers", plan);
}

constexpr std::array kRules {
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
        "A folder with one scale a tensor is read without the scale.",
        "seen: perplexity 707 instead of 41.9, docs/results/loaders.md", transformersTensorFloat8 },
    LoaderRule { "transformers-tensors-experts", "transformers", "compressed-tensors", "5.22 to 5.24", kRule,
        "Experts are one tensor there, into which the codes of single ones are not read: it loads with experts at "
        "random.",
        "seen: mixtral, perplexity 1114 instead of 1269, docs/results/loaders.md", transformersExperts },
    LoaderRule { "transformers-bnb-experts", "transformers", "bnb", "5.22 to 5.24", kRule,
        "Experts are one tensor there, into which the codes of single ones are not read.",
        "seen: mixtral stops at its first product, docs/results/loaders.md", transformersExperts },
    LoaderRule { "transformers-gptq-experts", "transformers", "gptq", "5.22 to 5.24", kRule,
        "Experts are one tensor there, and no Linear modules, which alone get codes.",
        "transformers modeling files: *Experts; not run", transformersExperts },
    LoaderRule { "transformers-awq-experts", "transformers", "awq", "5.22 to 5.24", kRule,
        "Experts are one tensor there, and no Linear modules, which alone get codes.",
        "transformers modeling files: *Experts; not run", transformersExperts },
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
    LoaderRule { "transformers-tensors-nvfp4-inputs", "transformers", "compressed-tensors",
        "transformers 5.24 with compressed-tensors 0.20", kFault,
        "The inputs of nvfp4 layers are not rounded: it runs the weights alone, without a word.",
        "seen: perplexity 42.60 instead of 45.75, docs/results/loaders.md", anyNvFloatInputs },
};

} // namespace

std::span<const LoaderRule> transformersRules()
{
    return kRules;
}

} // namespace kerf::core
