// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <string_view>

namespace kerf::core {

/// GPT-2's reversible alphabet: every byte becomes one printable character, so that a vocabulary of text pieces can
/// hold any bytes (Radford et al. 2019; bytes_to_unicode of the released code).
std::string bytesToAlphabet(std::string_view bytes);
/// The bytes behind the characters; a text with a character outside the alphabet stands for its own UTF-8 bytes.
std::string alphabetToBytes(std::string_view text);

} // namespace kerf::core
