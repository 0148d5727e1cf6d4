// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string_view>

namespace kerf::core {

/// The decimal number that is the whole text, in the C locale; nothing where more stands there, spaces too, or where it
/// is not finite.
std::optional<double> parseNumber(std::string_view text);

} // namespace kerf::core
