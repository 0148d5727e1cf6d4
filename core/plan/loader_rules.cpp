// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/format/ggml_type.h"
#include "core/format/layer_format.h"
#include "core/plan/layer_index.h"
#include "core/plan/loaders.h"
#include "core/plan/plan.h"
#include "core/transform/transform.h"

namespace kerf::core {
namespace {

struct PlacedLayer {
    const LayerInfo* layer;
    FormatPtr format; ///< of the weight
    LayerFormat whole;
};

using Problems = std::vector<PlanProblem>;
using LayerRule = std::string (*)(const PlacedLayer&); ///< empty: nothing wrong; else the end of "<layers> …"

/// Layers with the same problem share one message.
void addLayerProblems(const std::vector<PlacedLayer>& layers, LayerRule rule, Problems& problems)
{
    std::map<std::string, std::vector<std::string>> byProblem;
    for (const PlacedLayer& placed : layers) {
        if (std::string problem = rule(placed); !problem.empty())
            byProblem[std::move(problem)].push_back(placed.layer->name);
    }
    for (auto& [problem, names] : byProblem) {
        const std::string who
            = names.size() == 1 ? names.front() : fmt::format("{} and {} more", names.front(), names.size() - 1);
        problems.push_back({ std::move(names), fmt::format("{}: {}", who, problem) });
    }
}

/// What vLLM's kernels for quantized inputs take and Kerf writes: int8 or fp8 weights with one symmetric scale a row
/// (fp8 also for the tensor), inputs with a scale a token.
std::string vllmActivationProblem(const PlacedLayer& placed)
{
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
    return fmt::format("of quantized inputs, vLLM's kernels take {} from an export of Kerf's, not {}; choose "
                       "int8-channel+a8-token",
        fmt::join(kServedWithInputs, ", "), name);
}

std::string vllmFormatProblem(const PlacedLayer& placed)
{
    const Format& format = *placed.format;
    if (format.isUnquantized())
        return {};
    if (std::string problem = vllmActivationProblem(placed); !problem.empty())
        return problem;
    if (placed.whole.activation != ActivationFormat::None)
        return placed.layer->shape.rows % 16 == 0 && placed.layer->shape.cols % 16 == 0
            ? std::string()
            : fmt::format(
                "vLLM's kernels for quantized inputs need rows and columns that 16 divides, not {} x {}; keep "
                "such layers in 16 bit",
                placed.layer->shape.rows, placed.layer->shape.cols);
    const int bits = format.codeBits();
    const bool isHeld = format.family() == FormatFamily::Integer && !format.isNested();
    if (!isHeld || (format.isSymmetric() ? bits != 4 && bits != 8 : bits != 4))
        return fmt::format("vLLM's fast kernels take 4 or 8 bits symmetric and 4 bits asymmetric, not {}; choose "
                           "int4-g128, int4-g128-asym or int8-channel",
            format.name());
    const std::int64_t cols = placed.layer->shape.cols;
    if (cols % 128 != 0)
        return fmt::format(
            "vLLM's kernels need a number of columns that 128 divides, not {}; keep such layers in 16 bit", cols);
    return {};
}

std::string transformersProblem(const PlacedLayer& placed)
{
    const Format& format = *placed.format;
    if (format.isUnquantized())
        return {};
    if (placed.whole.activation == ActivationFormat::LlmInt8)
        return "transformers runs llmint8 only through bitsandbytes, which quantizes again while it loads";
    if (placed.whole.activation == ActivationFormat::None
        && (format.family() != FormatFamily::Integer || format.isNested()))
        return fmt::format(
            "transformers takes integers of 2 to 8 bits from an export of Kerf's, not {}", format.name());
    const LayerShape& shape = placed.layer->shape;
    if (shape.rows % 32 != 0 || shape.cols % 32 != 0)
        return fmt::format("transformers' kernels need rows and columns that 32 divides, not {} x {}; keep such layers "
                           "in 16 bit",
            shape.rows, shape.cols);
    return {};
}

/// llama.cpp's own types, and the integers that are written as such.
std::string llamaCppProblem(const PlacedLayer& placed)
{
    if (placed.whole.activation != ActivationFormat::None)
        return "llama.cpp rounds inputs as it likes, not as the plan says; leave the part behind the plus sign away";
    if (placed.format->isUnquantized() || !ggmlFormatOf(*placed.format, placed.layer->shape.cols).empty())
        return {};
    return fmt::format(
        "llama.cpp has no type that holds {}; choose one of its own, such as q4_k, or symmetric integers "
        "of 4, 5 or 8 bits whose groups are made of blocks of 32",
        placed.format->name());
}

std::string shapeProblem(const PlacedLayer& placed)
{
    const Status fits = placed.whole.checkShape(placed.layer->shape);
    return fits ? std::string() : fits.error().message;
}

/// vLLM runs q, k, v as one product, and gate and up: the fused weight has one format, and 64 must divide its rows.
void addFusionProblems(const std::vector<PlacedLayer>& layers, Problems& problems)
{
    std::map<std::string, std::vector<PlacedLayer>> groups;
    for (const PlacedLayer& placed : layers)
        groups[placed.layer->tie.empty() ? placed.layer->name : placed.layer->tie].push_back(placed);
    for (const auto& [tie, members] : groups) {
        std::vector<std::string> names;
        std::vector<std::string> formats;
        std::set<std::string> different;
        std::int64_t rows = 0;
        for (const PlacedLayer& member : members) {
            names.push_back(member.layer->name);
            formats.push_back(member.whole.name());
            different.insert(member.whole.name());
            rows += member.layer->shape.rows;
        }
        if (different.size() > 1)
            problems.push_back({ names,
                fmt::format("vLLM fuses {} into one weight, so they need one format; here they have {}. Give all the "
                            "same",
                    fmt::join(names, ", "), fmt::join(formats, ", ")) });
        else if (!members.front().format->isUnquantized() && rows % 64 != 0)
            problems.push_back({ names,
                fmt::format("vLLM's kernels need a number of rows that 64 divides, not {}, for {}; keep {} in 16 bit",
                    rows, fmt::join(names, " with "), names.size() > 1 ? "them" : "it") });
    }
}

} // namespace

std::span<const std::string> loaders()
{
    static const std::array<std::string, 4> names { "any", "vllm", "transformers", "llama.cpp" };
    return names;
}

Result<std::vector<PlanProblem>> checkLoader(const Plan& plan, const Network& network, const std::string& loader)
{
    if (std::ranges::find(loaders(), loader) == loaders().end())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("There is no loader \"{}\"; known are {}", loader, fmt::join(loaders(), ", ")));
    const auto index = indexLayers(network);
    std::vector<PlacedLayer> layers;
    for (const PlanLayer& row : plan.layers) {
        const auto layer = index.find(row.layer);
        if (layer == index.end())
            return fail(ErrorCode::InvalidArgument, fmt::format("The model has no layer \"{}\"", row.layer));
        KERF_TRY(LayerFormat format, parseLayerFormat(row.format));
        layers.push_back({ layer->second, format.weight, format });
    }
    Problems problems;
    addLayerProblems(layers, shapeProblem, problems);
    if (loader == "transformers")
        addLayerProblems(layers, transformersProblem, problems);
    if (loader == "llama.cpp")
        addLayerProblems(layers, llamaCppProblem, problems);
    if (loader != "any" && rotatesOnline(plan.transforms))
        problems.push_back({ {},
            fmt::format("{} does not rotate queries, keys and the inputs of down while a model runs, as the plan's "
                        "rotation says; leave its online part out",
                loader == "vllm" ? "vLLM" : loader) });
    if (loader == "vllm") {
        addLayerProblems(layers, vllmFormatProblem, problems);
        addFusionProblems(layers, problems);
    }
    return problems;
}

} // namespace kerf::core
