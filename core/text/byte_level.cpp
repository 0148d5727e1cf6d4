// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/byte_level.h"

#include <array>
#include <cstdint>
#include <map>

#include "core/base/unicode.h"

namespace kerf::core {
namespace {

/// Printable Latin-1 stands for itself; the other 68 bytes, in their order, for the characters from U+0100 on.
struct Alphabet {
    Alphabet()
    {
        std::uint32_t next = 0x100;
        for (std::uint32_t byte = 0; byte < 256; ++byte) {
            const bool printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte != 0xad);
            appendUtf8(characterOf[byte], printable ? byte : next++);
            byteOf[characterOf[byte]] = static_cast<char>(byte);
        }
    }

    std::array<std::string, 256> characterOf;
    std::map<std::string, char, std::less<>> byteOf;
};

const Alphabet& alphabet()
{
    static const Alphabet instance;
    return instance;
}

} // namespace

std::string bytesToAlphabet(std::string_view bytes)
{
    std::string out;
    out.reserve(2 * bytes.size());
    for (const char byte : bytes)
        out += alphabet().characterOf[static_cast<unsigned char>(byte)];
    return out;
}

std::string alphabetToBytes(std::string_view text)
{
    std::string out;
    for (const std::string_view character : characters(text)) {
        const auto found = alphabet().byteOf.find(character);
        if (found == alphabet().byteOf.end())
            return std::string(text);
        out += found->second;
    }
    return out;
}

} // namespace kerf::core
