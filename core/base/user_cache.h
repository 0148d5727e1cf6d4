// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>

namespace kerf::core {

/// The user's folder for what can be made again: $XDG_CACHE_HOME/kerf, else ~/.cache/kerf (XDG base directories). It
/// need not exist. Empty when neither is set.
std::filesystem::path userCacheFolder();

} // namespace kerf::core
