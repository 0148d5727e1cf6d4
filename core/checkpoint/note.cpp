// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/note.h"

#include <fmt/format.h>

namespace kerf::core {

const char* noteKindName(NoteKind kind)
{
    switch (kind) {
    case NoteKind::NoIndex:
        return "no_index";
    case NoteKind::Quantized:
        return "quantized";
    case NoteKind::LowPrecision:
        return "low_precision";
    case NoteKind::UnknownModel:
        return "unknown_model";
    case NoteKind::Settings:
        return "settings";
    case NoteKind::LeftoverSettings:
        return "leftover_settings";
    case NoteKind::ZeroScale:
        return "zero_scale";
    case NoteKind::StoredHead:
        return "stored_head";
    case NoteKind::UnusedTensors:
        return "unused_tensors";
    case NoteKind::IgnoredKeys:
        return "ignored_keys";
    case NoteKind::Rope:
        return "rope";
    case NoteKind::NoTokenizer:
        return "no_tokenizer";
    case NoteKind::Outputs:
        return "outputs";
    case NoteKind::Tokens:
        break;
    }
    return "tokens";
}

Json toJson(const Note& note)
{
    return { { "kind", noteKindName(note.kind) }, { "text", note.text }, { "items", note.items } };
}

std::string listed(const std::vector<std::string>& names, std::size_t shown)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(shown, names.size()); ++i)
        text += (i == 0 ? "" : ", ") + names[i];
    if (names.size() > shown)
        text += fmt::format(" and {} more", names.size() - shown);
    return text;
}

} // namespace kerf::core
