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
    for (const auto& family : { integerFormats(), floatFormats() })
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
        fmt::format("There is no format \"{}\". Formats are int2 to int8 followed by -g32, -g64, -g128 or -channel, "
                    "optionally -asym (for example int4-g128-asym), and f32, f16 and bf16.",
            name.substr(0, 100)));
}

const std::vector<std::string>& commonFormats()
{
    static const std::vector<std::string> names { "int2-g64", "int2-g64-asym", "int3-g64", "int3-g64-asym", "int4-g128",
        "int4-g128-asym", "int4-g64", "int4-g32", "int5-g64", "int6-g64", "int8-channel", "int8-g128", "bf16" };
    return names;
}

} // namespace kerf::core
