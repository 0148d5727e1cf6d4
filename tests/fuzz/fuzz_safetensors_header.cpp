// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/checkpoint/safetensors_header.h"

// The input is the JSON header; the data it speaks of is as long as the first tensors ask for, so that mutations of the
// layout reach the checks behind the parser.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace kerf::core;
    const std::string_view json(reinterpret_cast<const char*>(data), size);
    for (const std::uint64_t dataBytes : { 0, 1, 12, 16, 32 }) {
        const auto header = parseSafetensorsHeader(json, 1000, 1000 + dataBytes, "fuzz");
        if (!header)
            continue;
        std::uint64_t total = 0;
        for (const auto& [name, info] : header->tensors)
            total += info.bytes;
        if (total != dataBytes)
            std::abort();
    }
    return 0;
}
