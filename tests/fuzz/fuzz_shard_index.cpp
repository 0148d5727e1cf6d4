// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/checkpoint/shard_index.h"
#include "core/checkpoint/source_folder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace kerf::core;
    const auto index = parseShardIndex({ reinterpret_cast<const char*>(data), size }, "fuzz");
    if (!index)
        return 0;
    for (const std::string& shard : index->shards)
        if (!isPlainFileName(shard))
            std::abort();
    return 0;
}
