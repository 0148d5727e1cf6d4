// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"

namespace kerf::core {

/// What a note is about. The names (noteKindName) are a contract that scripts rely on.
enum class NoteKind {
    NoIndex, ///< shards without an index, read by their headers
    Quantized, ///< the layers are stored as codes already
    LowPrecision, ///< weights are stored as codes and read as the numbers that they stand for
    UnknownModel, ///< no family fits: the layers were found by names and shapes, and nothing runs
    Settings, ///< where the settings of a quantized folder were found
    LeftoverSettings, ///< quantization settings beside weights that are not quantized
    ZeroScale, ///< groups whose scale is 0
    StoredHead, ///< a head beside an embedding that it should be tied to
    UnusedTensors, ///< stored, but no part of the model that the configuration describes
    IgnoredKeys, ///< of config.json, which this architecture does not read
    Rope, ///< settings of the position embedding that contradict each other
    NoTokenizer, ///< texts cannot be read
    Outputs, ///< what those of a network mean, where it was guessed
    Tokens, ///< where tokens were found, or which were ignored
};
const char* noteKindName(NoteKind kind);

/// Something about an opened model that a person should know although it opens: what was guessed, ignored or found to
/// contradict itself. Shown wherever the model is: inspect, the window, every run made from it, its exports.
struct Note {
    NoteKind kind;
    std::string text; ///< a whole sentence that makes sense alone
    std::vector<std::string> items {}; ///< all tensors, layers or keys that it is about; the text names a few
};
using Notes = std::vector<Note>;

Json toJson(const Note& note);
/// "a, b, c and 12 more": at most `shown` names.
std::string listed(const std::vector<std::string>& names, std::size_t shown = 3);

} // namespace kerf::core
