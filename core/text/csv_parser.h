// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace kerf::core {

/// Records of comma or tab separated values (RFC 4180: quoted fields may hold separators, line feeds and doubled
/// quotes), from a text that comes in parts; by libcsv.
class CsvParser {
public:
    struct Record {
        std::vector<std::string> fields;
        std::int64_t line = 0; ///< in which it starts, from 1
    };

    explicit CsvParser(char separator);
    ~CsvParser();
    CsvParser(CsvParser&&) noexcept;
    CsvParser& operator=(CsvParser&&) noexcept;

    /// Takes the next part; the records that it completes are appended. Empty lines give none. `what` starts errors.
    /// Errors: BadFile (a quote inside a field: line), OutOfMemory.
    Status push(std::string_view text, std::deque<Record>& records, std::string_view what);
    /// The end of the text. Errors: BadFile, a quote that is never closed.
    Status finish(std::deque<Record>& records, std::string_view what);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace kerf::core
