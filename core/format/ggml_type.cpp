// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/format/ggml_type.h"

namespace kerf::core {

std::string_view ggmlFormatOf(const Format& format, std::int64_t cols)
{
    if (format.family() == FormatFamily::GgmlBlock || format.name() == "mxfp4")
        return format.name();
    const bool isHeld = format.family() == FormatFamily::Integer && format.isSymmetric() && !format.isNested()
        && cols % 32 == 0 && format.groupSize(cols) % 32 == 0;
    if (!isHeld)
        return {};
    const int bits = format.codeBits();
    return bits == 4 ? "q4_0" : bits == 5 ? "q5_0" : bits == 8 ? "q8_0" : "";
}

} // namespace kerf::core
