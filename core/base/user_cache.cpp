// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/base/user_cache.h"

#include <cstdlib>

namespace kerf::core {

std::filesystem::path userCacheFolder()
{
    const char* const cache = std::getenv("XDG_CACHE_HOME");
    if (cache && *cache == '/') // the specification: a relative path is to be ignored
        return std::filesystem::path(cache) / "kerf";
    const char* const home = std::getenv("HOME");
    if (home && *home == '/')
        return std::filesystem::path(home) / ".cache" / "kerf";
    return {};
}

} // namespace kerf::core
