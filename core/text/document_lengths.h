// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/text/tokenizer.h"

namespace kerf::core {

/// How long the documents of a text are: records of JSON, CSV and TSV, conversations, plain files. Each is counted by
/// itself, without the special tokens that a tokenizer adds.
struct DocumentLengths {
    /// Documents of `from` tokens or more and fewer than `to`.
    struct Bin {
        std::int64_t from = 0, to = 0;
        std::int64_t documents = 0;
        std::int64_t tokens = 0; ///< of them together
    };

    std::vector<std::int64_t> lengths; ///< tokens of each document, ascending
    bool whole = true; ///< false: the text goes on behind what was counted

    std::int64_t tokens() const; ///< of all documents
    /// The length that the share q of the documents does not exceed: the smallest such one (nearest rank). 0 of none.
    std::int64_t quantile(double q) const;
    /// Documents shorter than so many tokens.
    std::int64_t shorterThan(std::int64_t length) const;
    /// Bins whose bounds are powers of two (the first: 0 to 1), from that of the shortest to that of the longest.
    std::vector<Bin> histogram() const;
};

/// Reads files and folders as loadDataset does, up to the document in which `mostBytes` of a file are passed (0: all of
/// them). Memory: 8 bytes a document. Errors: as loadDataset, but no document at all is none.
Result<DocumentLengths> measureDocuments(const Tokenizer& tokenizer, std::span<const std::filesystem::path> files,
    const std::string& field, std::int64_t mostBytes, const JobContext& job);

/// Keys: documents, tokens, whole, shortest, p5, median, p95, longest, histogram ([{from, to, documents, tokens}]).
Json toJson(const DocumentLengths& lengths);

} // namespace kerf::core
