// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/base/result.h"

namespace kerf::core {

/// What a SentencePiece model ("tokenizer.model"; google/sentencepiece, src/sentencepiece_model.proto) says of its
/// pieces and of what is done with a text first, as the keys tokenizer.ggml.* of a GGUF file say it. Errors: BadFile
/// (no such model; pieces that are words or characters; a space behind words instead of before them).
Result<Json> sentencePieceMetadata(std::string_view bytes, const std::string& file);

} // namespace kerf::core
