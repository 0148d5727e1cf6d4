// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/base/regex.h"
#include "core/base/result.h"

namespace kerf::core {

/// One object of a tokenizer.json with the place it stands at, for messages: "tokenizer.json: pre_tokenizer (Split)".
class TokenizerPart {
public:
    TokenizerPart(const Json& json, std::string place)
        : m_json(json)
        , m_place(std::move(place))
    {
    }

    const Json& json() const { return m_json; }
    const std::string& place() const { return m_place; }
    /// The member, or nullptr when it is absent or null.
    const Json* find(const char* key) const;
    tl::unexpected<Error> error(std::string_view problem) const;

    Result<std::string> type() const; ///< the "type" member
    /// Members by type. Errors: BadFile when of another type; absent ones give the fallback, required ones an error.
    Result<std::string> text(const char* key) const;
    Result<bool> flag(const char* key, bool fallback) const;
    Result<std::int64_t> count(const char* key) const;
    Result<const Json*> list(const char* key) const;
    /// {"String": …} or {"Regex": …}. A pattern that may match the empty text everywhere is allowed.
    Result<Regex> pattern(const char* key) const;

private:
    const Json& m_json;
    std::string m_place;
};

} // namespace kerf::core
