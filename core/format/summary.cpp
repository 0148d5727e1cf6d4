// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/format/summary.h"

#include "core/format/kv_format.h"
#include "core/format/layer_format.h"

namespace kerf::core {

std::string formatSummary(std::string_view name)
{
    const auto format = parseLayerFormat(name);
    return format ? format->summary() : std::string();
}

std::string cacheFormatSummary(std::string_view name)
{
    const auto format = parseCacheFormat(name);
    return format ? (*format)->summary() : std::string();
}

} // namespace kerf::core
