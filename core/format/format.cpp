// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/format/format.h"

#include <functional>
#include <map>

#include <fmt/format.h>

#include "core/format/families.h"

namespace kerf::core {
namespace {

std::map<std::string, FormatPtr, std::less<>> makeRegistry()
{
    std::map<std::string, FormatPtr, std::less<>> registry;
    for (const auto& family : { integerFormats(), float8Formats(), codeBookFormats(), microscalingFormats(),
             ggmlFormats(), kQuantFormats(), floatFormats() })
        for (const FormatPtr& format : family)
            registry.emplace(format->name(), format);
    return registry;
}

} // namespace

void Format::snapParams(const LayerShape&, GroupParams&, const GroupCost&) const { }

Result<GroupParams> Format::readParams(const LayerShape&, std::span<const std::uint8_t>) const
{
    return fail(ErrorCode::BadFile, fmt::format("{} stores its parameters as scales and zeros, not packed", name()));
}

Result<FormatPtr> parseFormat(std::string_view name)
{
    static const std::map<std::string, FormatPtr, std::less<>> registry = makeRegistry();
    const auto found = registry.find(name);
    if (found != registry.end())
        return found->second;
    return fail(ErrorCode::InvalidArgument,
        fmt::format(
            "There is no format \"{}\". Formats are int2 to int8 followed by -g32, -g64, -g128, -channel or -tensor, "
            "optionally -asym (for example int4-g128-asym); fp8-e4m3 and fp8-e5m2 followed by -tensor, "
            "-channel or -block128; nf4 and fp4 followed by a block such as -b64, optionally -dq; mxfp4, "
            "mxfp8, nvfp4; q4_0, q4_1, q5_0, q5_1, q8_0, iq4_nl, iq4_xs, q2_k, q3_k, q4_k, q5_k, q6_k; f32, "
            "f16 and bf16.",
            name.substr(0, 100)));
}

const std::vector<std::string>& commonFormats()
{
    static const std::vector<std::string> names { "int2-g64", "int2-g64-asym", "q2_k", "int3-g64", "int3-g64-asym",
        "q3_k", "int4-g128", "int4-g128+a8-token", "int4-g128+a4-token", "nf4-b64-dq", "int4-g128-asym", "int4-g64",
        "mxfp4", "iq4_xs", "int4-g64-asym", "int4-g32", "nf4-b64", "fp4-b64", "q4_0", "iq4_nl", "q4_k", "nvfp4",
        "nvfp4+anvfp4", "q4_1", "int5-g64", "q5_0", "q5_k", "q5_1", "int6-g64", "q6_k", "fp8-e4m3-tensor",
        "fp8-e4m3-tensor+afp8-tensor", "fp8-e4m3-block128", "int8-channel", "int8-channel+a8-token",
        "int8-channel+a8-tensor", "int8-channel+llmint8", "fp8-e4m3-channel", "fp8-e4m3-channel+afp8-token",
        "fp8-e5m2-channel", "int8-g128", "mxfp8", "q8_0", "bf16" };
    return names;
}

} // namespace kerf::core
