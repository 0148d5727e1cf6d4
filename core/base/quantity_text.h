// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>

namespace kerf::core {

/// "2.89 MB": decimal units, as disks are sold.
std::string bytesText(std::int64_t bytes);
/// A length of time in two units: "4.1 s", "12 min 30 s", "1 h 52 min".
std::string spanText(double seconds);

} // namespace kerf::core
