// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/format/summary.h"

#include <array>

#include <fmt/format.h>

namespace kerf::core {
namespace {

struct Family {
    std::string_view prefix;
    std::string_view sentence;
};
// A longer prefix stands before a shorter one of the same letters.
constexpr std::array kFamilies {
    Family { "bf16", "16 bit as the layer is stored: nothing is lost" },
    Family { "f16", "16-bit floating point (IEEE half): nothing worth naming is lost" },
    Family { "f32", "32-bit floating point: nothing is lost" },
    Family { "fp8-e4m3",
        "8-bit floating point with 3 bits of precision (Micikevicius et al., FP8 Formats for Deep "
        "Learning, arXiv 2209.05433)" },
    Family { "fp8-e5m2",
        "8-bit floating point with 2 bits of precision and a wide range (FP8 Formats for Deep "
        "Learning, arXiv 2209.05433)" },
    Family { "nf4",
        "4 bits on levels that suit normally distributed weights (Dettmers et al., QLoRA, arXiv "
        "2305.14314), as bitsandbytes has it" },
    Family { "fp4", "4-bit floating point in blocks with one scale, as bitsandbytes has it" },
    Family {
        "mxfp4", "4-bit floating point, one power-of-two scale for 32 weights (OCP Microscaling, arXiv 2310.10537)" },
    Family {
        "mxfp8", "8-bit floating point, one power-of-two scale for 32 weights (OCP Microscaling, arXiv 2310.10537)" },
    Family {
        "nvfp4", "4-bit floating point, an FP8 scale for 16 weights and one scale for the whole (NVIDIA Blackwell)" },
    Family { "iq4_nl", "4 bits on unevenly spaced levels in blocks of 32 (llama.cpp)" },
    Family { "iq4_xs", "4 bits on unevenly spaced levels, scales of 6 bits in superblocks of 256 (llama.cpp)" },
};

/// "q4_0": blocks of 32; "q4_k": superblocks of 256.
std::string ggmlSentence(std::string_view name)
{
    if (name.size() != 4 || name[0] != 'q' || name[2] != '_')
        return {};
    if (name[3] == 'k')
        return fmt::format("{} bits, quantized scales in superblocks of 256 weights (llama.cpp's K-quants)", name[1]);
    return fmt::format(
        "{} bits in blocks of 32 with one scale{} (llama.cpp)", name[1], name[3] == '1' ? " and one minimum" : "");
}

std::string integerSentence(std::string_view name)
{
    if (!name.starts_with("int") || name.size() < 5)
        return {};
    const bool asymmetric = name.ends_with("-asym");
    std::string_view granularity = name.substr(5, name.size() - 5 - (asymmetric ? 5 : 0));
    std::string shared = granularity == "channel" ? "for each output channel"
        : granularity == "tensor"                 ? "for the whole layer"
                                                  : fmt::format("for each {} weights of a row", granularity.substr(1));
    return fmt::format("Integers of {} bits, one scale {}{}", name[3], asymmetric ? "and zero point " : "", shared);
}

std::string weightSentence(std::string_view name)
{
    for (const Family& family : kFamilies)
        if (name.starts_with(family.prefix))
            return std::string(family.sentence);
    if (std::string sentence = ggmlSentence(name); !sentence.empty())
        return sentence;
    return integerSentence(name);
}

std::string activationSentence(std::string_view name)
{
    if (name.empty())
        return {};
    return fmt::format("; activations in {} with one scale {}",
        name.starts_with("afp8")     ? "FP8"
            : name.starts_with("a4") ? "4-bit integers"
                                     : "8-bit integers",
        name.ends_with("-tensor") ? "fixed by calibration" : "for each token");
}

struct CacheSentence {
    std::string_view name;
    std::string_view sentence;
};
constexpr std::array kCacheSentences {
    CacheSentence { "kv-f16", "Keys and values in 16 bit, as the model computes them: nothing is lost." },
    CacheSentence { "kv-int8", "Keys and values as 8-bit integers with one scale for each token and head." },
    CacheSentence { "kv-fp8", "Keys and values in FP8 (E4M3) with one scale for each token and head." },
    CacheSentence { "kv-int4", "Keys and values in 4 bits with a minimum and a step for each token and head." },
    CacheSentence {
        "kv-int8-tensor", "Keys and values as 8-bit integers with one scale a block, fixed by calibration." },
    CacheSentence { "kv-fp8-tensor", "Keys and values in FP8 (E4M3) with one scale a block, fixed by calibration." },
};

} // namespace

std::string cacheFormatSummary(std::string_view name)
{
    for (const CacheSentence& each : kCacheSentences)
        if (each.name == name)
            return std::string(each.sentence);
    constexpr std::string_view kKivi = "kv-kivi";
    if (!name.starts_with(kKivi) || name.size() <= kKivi.size())
        return {};
    return fmt::format("{} bits, keys by channel and values by token, the newest tokens in 16 bit (KIVI, Liu et al., "
                       "arXiv 2402.02750).",
        name[kKivi.size()]);
}

std::string formatSummary(std::string_view name)
{
    const std::size_t plus = name.find('+');
    const std::string weight = weightSentence(name.substr(0, plus));
    if (weight.empty())
        return {};
    return weight + activationSentence(plus == std::string_view::npos ? std::string_view() : name.substr(plus + 1))
        + ".";
}

} // namespace kerf::core
