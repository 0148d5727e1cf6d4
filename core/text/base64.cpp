// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/base64.h"

#include <algorithm>
#include <limits>

#include <openssl/evp.h>

namespace kerf::core {
namespace {

constexpr std::size_t kGroup = 4; ///< characters, for three bytes

bool isDigit(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

} // namespace

std::optional<std::string> decodeBase64(std::string_view text)
{
    std::string_view digits = text;
    for (int padding = 0; padding < 2 && digits.ends_with('='); ++padding)
        digits.remove_suffix(1);
    if (text.size() % kGroup != 0 || text.size() > std::numeric_limits<int>::max()
        || !std::ranges::all_of(digits, isDigit))
        return std::nullopt;
    std::string bytes(text.size() / kGroup * 3, '\0');
    const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    if (length < 0)
        return std::nullopt;
    bytes.resize(bytes.size() - (text.size() - digits.size()));
    return bytes;
}

std::string encodeBase64(std::string_view bytes)
{
    std::string text((bytes.size() + 2) / 3 * kGroup + 1, '\0'); // and a 0 byte
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

} // namespace kerf::core
