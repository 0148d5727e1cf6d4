// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "core/base/json.h"
#include "core/base/result.h"

namespace kerf::core {

/// The keys of a GGUF file that stand under its architecture ("llama.block_count"); remembers which were read.
class GgufKeys {
public:
    GgufKeys(const Json& metadata, std::string architecture, std::string file)
        : m_metadata(metadata)
        , m_architecture(std::move(architecture))
        , m_file(std::move(file))
    {
    }

    /// A sentence that starts with the file's name.
    tl::unexpected<Error> error(const std::string& text) const
    {
        return fail(ErrorCode::BadFile, m_file + ": " + text);
    }

    /// nullptr: the file does not have it.
    const Json* find(std::string_view key)
    {
        const std::string whole = fmt::format("{}.{}", m_architecture, key);
        const auto found = m_metadata.find(whole);
        if (found == m_metadata.end())
            return nullptr;
        m_read.insert(whole);
        return &*found;
    }

    bool has(std::string_view key) const { return m_metadata.contains(fmt::format("{}.{}", m_architecture, key)); }

    /// Errors: BadFile (no whole number above 0, or one by which sizes would not be numbers any more; missing, and
    /// there is no fallback).
    Result<std::int64_t> count(std::string_view key, std::optional<std::int64_t> fallback = std::nullopt)
    {
        const Json* value = find(key);
        if (!value && fallback)
            return *fallback;
        const std::optional<std::int64_t> number = value ? asCount(*value) : std::nullopt;
        if (number && *number > kMost)
            return error(fmt::format("{}.{} is {}; at most {} is possible", m_architecture, key, *number, kMost));
        if (number && *number > 0)
            return *number;
        return error(value
                ? fmt::format("{}.{} must be a whole number above 0 for all blocks alike", m_architecture, key)
                : fmt::format("{}.{} is missing", m_architecture, key));
    }

    /// The same, 0 included.
    Result<std::int64_t> countOrNone(std::string_view key, std::int64_t fallback)
    {
        const Json* value = find(key);
        const std::optional<std::int64_t> number = value ? asCount(*value) : fallback;
        if (number && *number <= kMost)
            return *number;
        return error(fmt::format("{}.{} must be a whole number, at most {}", m_architecture, key, kMost));
    }

    /// Errors: BadFile (no number; missing, and there is no fallback).
    Result<double> number(std::string_view key, std::optional<double> fallback = std::nullopt)
    {
        const Json* value = find(key);
        if (!value && fallback)
            return *fallback;
        if (!value || !value->is_number())
            return error(fmt::format("{}.{} is {}", m_architecture, key, value ? "no number" : "missing"));
        return value->get<double>();
    }

    bool flag(std::string_view key, bool fallback)
    {
        const Json* value = find(key);
        return value && value->is_boolean() ? value->get<bool>() : fallback;
    }

    /// Keys of the architecture that nobody read.
    std::vector<std::string> unread() const
    {
        std::vector<std::string> keys;
        for (const auto& [key, value] : m_metadata.items())
            if (key.starts_with(m_architecture + ".") && !m_read.contains(key))
                keys.push_back(key);
        return keys;
    }

private:
    static constexpr std::int64_t kMost = 1 << 30; ///< products of two stay far below 2^63

    const Json& m_metadata;
    std::string m_architecture, m_file;
    std::set<std::string> m_read;
};

} // namespace kerf::core
