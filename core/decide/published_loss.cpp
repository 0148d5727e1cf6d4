// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/decide/published_loss.h"

#include <fmt/format.h>

namespace kerf::core {
namespace {

constexpr const char* kFoem = "tables of the FOEM paper, window 2048";
constexpr const char* kLlamaCpp = "XiongjieDai and PowerInfer READMEs, llama.cpp";
constexpr const char* kSmoothQuant = "SmoothQuant README";

std::vector<PublishedRange> makeRanges()
{
    constexpr std::int64_t kBillion = 1'000'000'000;
    return {
        { "FP16, BF16 beside FP32", 16, 0, 0, 0, 0.1, {} },
        { "FP8", 8, 0, 0, 0.1, 0.5,
            { { "Kerf's sample", "FP8 dynamic", 40.2, 40.53, "its own text, measured by Kerf" } } },
        { "int8 weights", 8, 0, 0, 0.2, 0.8, { { "Llama-3-8B", "q8_0", 6.233, 6.234, "llama.cpp, context 512" } } },
        { "W8A8 by SmoothQuant, said to be as int8 weights", 8, 0, 0, 0.2, 0.8,
            { { "Llama-2-7B", "W8A8", 5.474, 5.515, kSmoothQuant },
                { "Llama-3-70B", "W8A8", 2.857, 2.982, kSmoothQuant } } },
        { "int4, 70B", 4, 30 * kBillion, 100 * kBillion, 2, 3,
            { { "Llama-2-70B", "Q4_K_M", 3.431, 3.473, kLlamaCpp }, { "Llama-2-70B", "Q4_0", 3.431, 3.555, kLlamaCpp },
                { "Llama-3-70B", "Q4_K_M", 2.831, 2.967, kLlamaCpp },
                { "Llama-3-70B", "Q4_K_S", 2.831, 3.005, kLlamaCpp } } },
        { "int4, 7 to 8B", 4, 6 * kBillion, 9 * kBillion, 4, 8,
            { { "Llama-2-7B", "GPTQ g128", 5.47, 5.61, kFoem }, { "Llama-2-7B", "RTN g128", 5.47, 5.72, kFoem },
                { "Llama-3-8B", "GPTQ g128", 6.13, 6.54, kFoem }, { "Llama-3-8B", "RTN g128", 6.13, 6.57, kFoem } } },
        { "int4, 1B", 4, kBillion / 2, 2 * kBillion, 10, std::nullopt,
            { { "Llama-3.2-1B", "GPTQ per channel", 8.94, 10.44, "Brevitas, Qronos documentation" },
                { "Llama-3.2-1B", "RTN per channel", 8.94, 18.0, "Brevitas, Qronos documentation" } } },
    };
}

} // namespace

double PublishedFigure::percent() const
{
    return 100 * (quantized / original - 1);
}

std::string PublishedRange::rangeText() const
{
    if (!high)
        return fmt::format("{:g} or more", low);
    return low > 0 ? fmt::format("{:g} to {:g}", low, *high) : fmt::format("below {:g}", *high);
}

const std::vector<PublishedRange>& publishedRanges()
{
    static const std::vector<PublishedRange> kRanges = makeRanges();
    return kRanges;
}

} // namespace kerf::core
