// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/note.h"

namespace kerf::core {

/// A family as llama.cpp knows it (llama-arch.cpp, convert_hf_to_gguf.py).
struct GgufFamily {
    std::string_view architecture; ///< general.architecture
    std::string_view type; ///< model_type of the row of the table
    /// Rows of queries and keys stand in the order of rotary pairs (core/checkpoint/row_order.h).
    bool pairsHeads = false;
};
/// By model_type; nullptr when Kerf neither reads nor writes it as GGUF.
const GgufFamily* ggufFamilyOf(std::string_view type);

/// A module of a network under both names, without ".weight" and ".bias".
struct GgufModule {
    std::string ours;
    std::string theirs;
    std::int64_t pairedHeads = 0; ///< as TensorInfo's
};
struct GgufSizes {
    std::int64_t blocks = 0, heads = 0, keyHeads = 0;
};
std::vector<GgufModule> ggufModules(const GgufFamily& family, const GgufSizes& sizes);

/// A GGUF file as a folder of its family holds it: a config.json made from its metadata, tensors under the names of the
/// family's table. What the metadata says and this does not read is told in `notes`. Errors: BadFile (an architecture
/// or setting that Kerf does not run: named; a key or tensor missing or of the wrong kind).
Result<Checkpoint> viewGguf(const Checkpoint& file, Notes& notes);

} // namespace kerf::core
