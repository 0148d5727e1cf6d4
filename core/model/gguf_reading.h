// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/model/architecture.h"
#include "core/model/decoder_config.h"
#include "core/model/gguf_family.h"
#include "core/model/gguf_keys.h"

namespace kerf::core {

inline constexpr const char* kRopeFactors = "rope_freqs.weight";

/// What is made of a GGUF file, part by part: a config.json, and names of tensors.
struct GgufReading {
    const Checkpoint& file;
    const GgufFamily& family;
    const Architecture& architecture;
    GgufKeys keys;
    Json config = Json::object();
    std::map<std::string, StoredTensor> names {}; ///< by ours
    DecoderConfig sizes {}; ///< its numbers of channels, heads, blocks, positions and experts

    /// A key that the family does not have is empty.
    template <class T> void set(std::string_view key, T&& value)
    {
        if (!key.empty())
            config[std::string(key)] = std::forward<T>(value);
    }
};

/// Positions: how far and how fast pairs turn. @pre the sizes are read. Errors: BadFile.
Status readGgufRope(GgufReading& reading);
/// Experts, of families that have them, and how they are chosen. Errors: BadFile.
Status readGgufExperts(GgufReading& reading);

} // namespace kerf::core
