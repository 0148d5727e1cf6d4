// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

namespace kerf::core {

/// The letters A to Z in lower case, all other bytes as they are.
std::string lowerAscii(std::string text);

} // namespace kerf::core
