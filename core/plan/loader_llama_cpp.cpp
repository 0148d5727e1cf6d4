// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <array>

#include <fmt/format.h>

#include "core/format/ggml_type.h"
#include "core/plan/loader_parts.h"

namespace kerf::core {
namespace {

/// llama.cpp's own types, and the integers that are written as such.
PlanProblems llamaCppFormats(const PlacedLayers& layers, const Plan&)
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

PlanProblems llamaCppInputs(const PlacedLayers& layers, const Plan&)
{
    return layerProblems(layers, [](const PlacedLayer& placed) -> std::string {
        if (!roundsInputs(placed))
            return {};
        return "llama.cpp rounds inputs as it likes, not as the plan says; leave the part behind the plus sign away";
    });
}

PlanProblems llamaCppRotation(const PlacedLayers&, const Plan& plan)
{
    return onlineRotation("llama.cpp", plan);
}

constexpr std::array kRules {
    LoaderRule { "llama-cpp-formats", "llama.cpp", "", "all", kRule,
        "Its own block types, and integers whose groups are made of blocks of 32.", "ggml ggml.c: type_traits",
        llamaCppFormats },
    LoaderRule { "llama-cpp-inputs", "llama.cpp", "", "all", kRule,
        "Inputs are rounded to Q8_0 or Q8_K by the kernels, whatever a plan says.", "ggml ggml-cpu.c: vec_dot_type",
        llamaCppInputs },
    LoaderRule { "llama-cpp-rotation", "llama.cpp", "", "all", kRule, "Nothing is rotated while a model runs.",
        "no such operator in llama.cpp's graphs", llamaCppRotation },
};

} // namespace

std::span<const LoaderRule> llamaCppRules()
{
    return kRules;
}

} // namespace kerf::core
