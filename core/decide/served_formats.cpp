// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>

#include <fmt/format.h>

#include "core/decide/advice.h"

namespace kerf::core {
namespace {

constexpr double kBlackwell = 10.0, kTuring = 7.5;

/// The first row that serves so many bits with those kernels alone would be a GGUF type: rows for llama.cpp stand
/// behind those of servers.
const std::vector<ServedFormat> kFormats {
    { "nvfp4+anvfp4", "NVFP4 weights and activations", 4, Arithmetic::Fp4, { "N4" } },
    { "fp8-e4m3-channel+afp8-token", "FP8 weights and activations", 8, Arithmetic::Fp8, { "F8" } },
    { "mxfp4", "MXFP4 weights", 4, Arithmetic::Sixteen, { "X4" } },
    { "int4-g128", "4 bit weights (GPTQ, AWQ)", 4, Arithmetic::Sixteen, { "M", "X", "T", "INC" } },
    { "int8-channel", "INT8 weights", 8, Arithmetic::Sixteen, { "M", "X", "INC" } },
    { "int8-channel+a8-token", "INT8 weights and activations (SmoothQuant)", 8, Arithmetic::Int8, { "I8", "C", "T" } },
    { "q4_k", "4 bit GGUF", 4, Arithmetic::Sixteen, { "G" } },
    { "q8_0", "8 bit GGUF", 8, Arithmetic::Sixteen, { "G" } },
    { "q3_k", "3 bit GGUF", 3, Arithmetic::Sixteen, { "G" } },
    { "q2_k", "2 bit GGUF", 2, Arithmetic::Sixteen, { "G" } },
    { "bf16", "16 bit, as it is", 16, Arithmetic::Sixteen, {} },
};

std::string figureText(const std::optional<DeviceFigure>& figure)
{
    return figure ? figure->text() : "no";
}

std::optional<std::string> refusalOfInt8(const Device& device)
{
    const auto capability = device.computeCapability();
    if (capability && *capability >= kBlackwell)
        return fmt::format("{} multiplies {} INT8 TOPS against {} TFLOPS of FP8, and vLLM has no INT8 kernels from "
                           "capability 10.0 on: use FP8.{}",
            device.name, figureText(device.int8), figureText(device.fp8),
            device.int8 && device.int8->value < 1000 ? fmt::format(" That is {:.2f} POPS.", device.int8->value / 1000)
                                                     : "");
    if (!device.hasInt8Unit())
        return fmt::format("{} has no INT8 matrix unit ({} TOPS): only weights gain from 8 bits.", device.name,
            figureText(device.int8));
    return std::nullopt;
}

} // namespace

const std::vector<ServedFormat>& servedFormats()
{
    return kFormats;
}

ServingSettings servingOf(const ServedFormat& format, const Device& device, const ServingSettings& serving)
{
    const bool isGguf = std::ranges::find(format.kernels, "G") != format.kernels.end();
    return isGguf ? llamaCppServing(device, serving.cards) : serving;
}

std::optional<std::string> refusalOf(const Device& device, std::string_view asked)
{
    const auto capability = device.computeCapability();
    if (asked == "awq" && capability && *capability < kTuring)
        return fmt::format("{} has capability {}: the AWQ and Marlin kernels of servers begin at 7.5. GPTQ runs by "
                           "exllama's.",
            device.name, device.capability);
    const auto row
        = std::ranges::find(kFormats, asked, [](const ServedFormat& known) { return std::string_view(known.format); });
    if (row == kFormats.end() || row->kernels.empty())
        return std::nullopt;
    if (row->arithmetic == Arithmetic::Int8)
        return refusalOfInt8(device);
    const bool isSecondFp4 = row->kernels.front() == "X4" && device.hasKernel("N4");
    if (!isSecondFp4
        && std::ranges::any_of(row->kernels, [&](std::string_view letter) { return device.hasKernel(letter); }))
        return std::nullopt;
    if (row->arithmetic == Arithmetic::Fp8)
        return fmt::format("{} has no FP8 unit{}.", device.name,
            device.hasKernel("m8") ? ": only FP8 weights with 16 bit activations run" : "");
    if (row->bits == 4 && row->arithmetic == Arithmetic::Fp4)
        return fmt::format("{} has no FP4 unit{}.", device.name,
            device.hasKernel("M") ? ": servers run NVFP4 there with 16 bit activations and a warning" : "");
    if (isSecondFp4)
        return fmt::format("{} has NVFP4, with smaller groups and the same units.", device.name);
    return fmt::format("No kernels are known for {} on {}.", row->text, device.name);
}

} // namespace kerf::core
