// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>

namespace kerf::core {

/// Number of a token in a vocabulary.
using TokenId = std::int32_t;

} // namespace kerf::core
