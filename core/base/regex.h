// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace kerf::core {

/// A regular expression over UTF-8 (PCRE2 with its just-in-time compiler), safe on patterns of strangers: nesting,
/// compiled size, steps a match, heap and stack are limited. Immutable, cheap to copy, thread-safe.
/// \s is Unicode's White_Space, as in Oniguruma and Rust's regex; ^ and $ match at line ends.
class Regex {
public:
    struct Match {
        std::size_t begin = 0;
        std::size_t end = 0; ///< one past the last byte
    };

    /// Errors: InvalidArgument, with PCRE2's reason and the place in the pattern.
    static Result<Regex> compile(std::string_view pattern);
    /// All matches from left to right without overlap; empty ones included. Errors: InvalidArgument (the pattern
    /// needed more steps or memory than is allowed).
    /// @pre subject is valid UTF-8
    Result<std::vector<Match>> findAll(std::string_view subject) const;
    /// Whether the pattern matches anywhere. Errors and precondition as findAll.
    Result<bool> contains(std::string_view subject) const;
    /// Every match replaced by a fixed text. Errors and precondition as findAll.
    Result<std::string> replaceAll(std::string_view subject, std::string_view replacement) const;

private:
    struct Impl;
    std::shared_ptr<const Impl> m_impl;
};

/// A pattern that matches exactly this text: every byte that means something to a pattern is escaped.
std::string escapePattern(std::string_view literal);

} // namespace kerf::core
