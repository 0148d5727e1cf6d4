// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/module_folders.h"
#include "core/graph/graph_builder.h"
#include "core/model/tensor_claims.h"

namespace kerf::core {

/// The name of a sentence encoder's output.
inline constexpr const char* kEmbeddingOutput = "sentence_embedding";

/// What stands behind the encoder of a folder that sentence-transformers wrote.
struct SentenceModules {
    std::vector<ModuleFolder> modules; ///< behind the transformer; empty: no such folder
    std::int64_t longest = 0; ///< tokens that a text is cut to (max_seq_length); 0: not said
    std::string place; ///< of modules.json, as messages start
};
/// Errors: BadFile: malformed, or modules of a kind that is not known: named, with those that are.
Result<SentenceModules> readSentenceModules(const Checkpoint& checkpoint);

/// Pooling, Dense, LayerNorm and Normalize behind the last block: from the tokens' rows and their mask the embedding of
/// each text. Errors: BadFile.
Result<ValueId> addSentenceModules(
    GraphBuilder& builder, TensorClaims& claims, const SentenceModules& found, ValueId rows, ValueId mask);

} // namespace kerf::core
