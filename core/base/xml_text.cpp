// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/base/xml_text.h"

#include "core/base/unicode.h"

namespace kerf::core {

std::string xmlText(std::string_view bytes)
{
    std::string out;
    for (const char c : replaceInvalidUtf8(bytes))
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
        }
    return out;
}

} // namespace kerf::core
