// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <string_view>

namespace kerf::core {

/// One plain sentence on a format for those who choose one, by the family its name belongs to, with the paper or
/// project it comes from. An activation part ("+a8-token") adds a second half. Empty for a name of no known family.
std::string formatSummary(std::string_view name);

/// The same on a format of the key/value cache: "kv-int8".
std::string cacheFormatSummary(std::string_view name);

} // namespace kerf::core
