// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"

namespace kerf::core {

inline constexpr std::int64_t kMaxSize = 1 << 24; ///< of a dimension: products of two stay far below 2^63
inline constexpr std::int64_t kMaxBlocks = 1 << 16;

/// Reads one JSON object of a config.json strictly: a key is absent (or null) or has the right type and range; the
/// error names the file and the key. All errors are BadFile. Remembers which keys were read: unread() has the others.
class ConfigReader {
public:
    /// `what` starts every message: the file's name, with the path of the object in it. object must outlive the reader.
    ConfigReader(const Json& object, std::string what)
        : m_object(object)
        , m_what(std::move(what))
    {
    }

    bool has(std::string_view key) const; ///< there and not null
    const Json& value(std::string_view key) const; ///< @pre has(key)
    bool holds(std::string_view key, std::string_view text) const; ///< there and this text; is no reading of it
    const std::string& what() const { return m_what; }

    /// A whole number in [least, limit]; fallback when absent, an error when there is none.
    Result<std::int64_t> count(std::string_view key, std::int64_t limit,
        std::optional<std::int64_t> fallback = std::nullopt, std::int64_t least = 1) const;
    /// A finite number > 0.
    Result<double> positive(std::string_view key, std::optional<double> fallback = std::nullopt) const;
    Result<bool> flag(std::string_view key, bool fallback) const;
    Result<std::string> text(std::string_view key, std::optional<std::string> fallback = std::nullopt) const;

    /// Counts a key as read that needs no reading here, because others decide.
    void accept(std::string_view key) const { m_read.emplace(key); }
    /// Keys that were not read and hold something: not null, false or empty. In order of names.
    std::vector<std::string> unread() const;

    tl::unexpected<Error> wrong(std::string_view key, std::string_view expected) const;

private:
    const Json& m_object;
    std::string m_what;
    mutable std::set<std::string, std::less<>> m_read;
};

} // namespace kerf::core
