// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/base/descriptor.h"
#include "core/base/result.h"

namespace kerf::core {

/// Reads a text file block by block as UTF-8 with line feeds: a byte-order mark is left out, UTF-16 that has one is
/// converted, CR LF and CR become LF as Python's text files do it. What was changed is counted.
class Utf8File {
public:
    struct Facts {
        std::string encoding = "UTF-8"; ///< or "UTF-16LE", "UTF-16BE"
        bool byteOrderMark = false;
        std::int64_t carriageReturns = 0; ///< line ends CR LF and CR that became LF
        std::int64_t bytes = 0; ///< of the file
        std::int64_t bytesRead = 0;
    };

    /// Errors: BadFile: cannot be opened, or is no text (Parquet, archives, checkpoints …: named, with what to do).
    static Result<Utf8File> open(const std::filesystem::path& path);

    /// Appends the next part, some 64 kB of whole characters; false at the end. Errors: BadFile (a byte that is not
    /// valid, a NUL byte: with its place and line), Io.
    Result<bool> read(std::string& out);
    const Facts& facts() const { return m_facts; }
    const std::filesystem::path& path() const { return m_path; }

private:
    Status fill();
    Status decodeUtf16(bool atEnd, std::string& out);
    Status checkUtf8(bool atEnd, std::string& out);
    void takeLineEnds(std::string_view text, bool atEnd, std::string& out);
    tl::unexpected<Error> notText(std::size_t at, std::string_view problem) const;

    std::filesystem::path m_path;
    Descriptor m_descriptor;
    Facts m_facts;
    std::string m_raw; ///< bytes of the file that are not decoded yet
    bool m_endOfFile = false;
    bool m_pendingReturn = false; ///< the last character was a CR: an LF may belong to it
    std::int64_t m_lines = 1; ///< the line that the next byte stands in
};

} // namespace kerf::core
