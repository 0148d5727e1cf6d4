// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

namespace kerf::core {

const std::string& versionText(); ///< "0.1.0"
const std::string& gitRevision(); ///< 12 digits, or "unknown" when built from an archive

/// Version of the arithmetic: part of every cache key. Raised whenever the same job would give other bits.
inline constexpr int kEngineVersion = 3;

} // namespace kerf::core
