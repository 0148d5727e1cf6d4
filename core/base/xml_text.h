// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <string_view>

namespace kerf::core {

/// Any bytes as text of XML and HTML, in elements and in quoted attributes: the five special characters escaped,
/// control characters as spaces, what is not UTF-8 as U+FFFD.
std::string xmlText(std::string_view bytes);

} // namespace kerf::core
