// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace kerf::core {

/// What a text file holds: one text, or records of which one field is the text.
enum class TextKind { Plain, JsonLines, JsonArray, Csv, Tsv };
const char* textKindName(TextKind kind); ///< "plain text", "JSON lines", "JSON array", "CSV", "TSV"

/// Names of fields that hold the text of a record when no other is asked for, the likeliest first; record_fields.h has
/// those that only together are one.
std::span<const std::string_view> knownTextFields();

/// Recognizes a file by how it starts, not by its name. A table of comma or tab separated values is one whose first
/// line names distinct columns, whose records all have as many fields, and that either is called .csv or .tsv or has a
/// column that is `field` or a known text field; prose with commas is not. `head` is the start of the file, as UTF-8
/// with line feeds; `whole` when it is all of it.
/// Errors: BadFile: the name says JSON or CSV and the content is something else, or it is one JSON object over
/// several lines (said, with what to do).
Result<TextKind> recognizeText(
    const std::filesystem::path& path, std::string_view head, bool whole, std::string_view field);

} // namespace kerf::core
