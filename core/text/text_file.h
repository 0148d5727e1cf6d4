// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/text/chat_renderer.h"
#include "core/text/text_kind.h"

namespace kerf::core {

/// How a file was read.
struct TextReading {
    std::string file; ///< its name, without the folder
    TextKind kind = TextKind::Plain;
    std::string field; ///< of the records, or several with ", " between; empty for plain text
    bool fieldFound = false; ///< not asked for, but chosen by its name or as the only one
    std::string chatTemplate; ///< of conversations: the file whose template wrote them as text
    std::string encoding = "UTF-8";
    bool byteOrderMark = false; ///< left out
    std::int64_t carriageReturns = 0; ///< line ends CR LF and CR that were read as LF
    std::int64_t records = 0;
    std::int64_t emptyRecords = 0; ///< without a text (null, or the field is missing), left out
    std::int64_t bytes = 0; ///< of the file
    std::int64_t bytesRead = 0;
};

/// The text of a file, part by part: a plain text as it is; of JSON lines, a JSON array of objects, CSV and TSV one
/// field of each record, or several that are one text together, with an empty line between two records. Records of JSON
/// may hold conversations: then each part is one, written by the model's chat template, with nothing between them. What
/// it is is recognized by its content. Memory: one record.
class TextFile {
public:
    static constexpr std::string_view kBetweenRecords = "\n\n"; ///< but for conversations: nothing

    /// `field`: the field of records that holds the text, or several separated by commas; empty to find it. `chat`
    /// writes conversations; it must outlive the file. Errors: BadFile (not a text; broken records; no such field: with
    /// line and fields).
    static Result<TextFile> open(const std::filesystem::path& path, const std::string& field, ChatRenderer& chat);
    TextFile(TextFile&&) noexcept;
    TextFile& operator=(TextFile&&) noexcept;
    ~TextFile();

    /// Appends the next part; false at the end. Errors: BadFile (line named), Io; of conversations as ChatRenderer.
    Result<bool> read(std::string& out);
    const TextReading& reading() const; ///< so far

private:
    class Records;
    class PlainText;
    class JsonRecords;
    class JsonLines;
    class JsonArray;
    class Table;

    TextFile();
    std::unique_ptr<Records> m_records;
};

} // namespace kerf::core
