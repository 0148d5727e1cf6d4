// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <string_view>

namespace kerf::core {

/// LayerFormat::summary of the format of that name; empty when there is none.
std::string formatSummary(std::string_view name);

/// CacheFormat::summary of the format of that name; empty when there is none.
std::string cacheFormatSummary(std::string_view name);

} // namespace kerf::core
