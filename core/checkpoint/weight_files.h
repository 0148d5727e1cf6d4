// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/checkpoint/note.h"
#include "core/checkpoint/shard_index.h"
#include "core/checkpoint/source_folder.h"

namespace kerf::core {

/// Which files of a folder hold its weights.
struct WeightFiles {
    std::vector<std::string> names; ///< in the order they are opened
    std::optional<ShardIndex> index; ///< what the index promises; none for one file
    std::string indexName {};
    Notes notes;
};

/// model.safetensors; or the shards that model.safetensors.index.json names; or, without an index,
/// model-00001-of-0000N.safetensors to the N-th, with a note. Where there is no safetensors file, the same of
/// pytorch_model.bin, as transformers does. Errors: BadFile (an index that contradicts a single file, a shard missing,
/// weights of other kinds: the message says how they are converted).
Result<WeightFiles> findWeightFiles(const SourceFolder& folder);

} // namespace kerf::core
