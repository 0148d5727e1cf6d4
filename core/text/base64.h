// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kerf::core {

/// The bytes of a base64 text (RFC 4648, with padding); nullopt when it is none.
std::optional<std::string> decodeBase64(std::string_view text);
/// The base64 text of bytes.
std::string encodeBase64(std::string_view bytes);

} // namespace kerf::core
