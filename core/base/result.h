// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace kerf::core {

/// What kind of thing went wrong. Decides the exit code of kerf-cli and how the window shows it.
enum class ErrorCode {
    InvalidArgument, ///< the caller asked for something impossible: wrong usage (exit 2)
    BadFile, ///< an input file is missing, malformed or unsupported (exit 3)
    Io, ///< reading or writing failed for reasons of the machine (exit 1)
    DiskFull, ///< no space left; the job pauses and can go on (exit 1)
    Numerical, ///< NaN, Inf or a factorization that no fallback could save (exit 1)
    OutOfMemory, ///< (exit 1)
    Cancelled, ///< the user asked to stop (exit 4)
    Locked, ///< another process holds the workspace (exit 1)
    Internal, ///< a bug of ours (exit 1)
};

/// A sentence that names the file, tensor or layer and says what to do. No trailing newline.
struct Error {
    ErrorCode code;
    std::string message;
};

template <class T> using Result = tl::expected<T, Error>;
using Status = Result<void>;

/// Makes the error alternative of any Result: `return fail(ErrorCode::BadFile, fmt::format(...));`
inline tl::unexpected<Error> fail(ErrorCode code, std::string message)
{
    return tl::unexpected<Error>(Error { code, std::move(message) });
}

} // namespace kerf::core

#define KERF_CONCAT_INNER(a, b) a##b
#define KERF_CONCAT(a, b) KERF_CONCAT_INNER(a, b)

// NOLINTBEGIN(bugprone-macro-parentheses): a declaration cannot stand in parentheses.
/// KERF_TRY(auto x, f()); declares x from the value of a Result, or returns its error from the enclosing function.
#define KERF_TRY(declaration, expression)                                                                              \
    auto KERF_CONCAT(kerfResult, __LINE__) = (expression);                                                             \
    if (!KERF_CONCAT(kerfResult, __LINE__))                                                                            \
        return tl::unexpected(std::move(KERF_CONCAT(kerfResult, __LINE__)).error());                                   \
    declaration = std::move(*KERF_CONCAT(kerfResult, __LINE__))

/// KERF_CHECK(f()); returns the error of a Status from the enclosing function.
#define KERF_CHECK(expression)                                                                                         \
    do {                                                                                                               \
        if (auto kerfStatus = (expression); !kerfStatus)                                                               \
            return tl::unexpected(std::move(kerfStatus).error());                                                      \
    } while (false)
// NOLINTEND(bugprone-macro-parentheses)
