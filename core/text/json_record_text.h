// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/chat_renderer.h"
#include "core/text/record_fields.h"

namespace kerf::core {

/// The texts of JSON records of one file: of the fields that the first record with a text has (record_fields.h), as
/// they stand or, where they hold a conversation, as the model's chat template writes them.
class JsonRecordText {
public:
    /// `wanted`: as chooseFields takes it. `chat` must outlive this.
    JsonRecordText(std::string wanted, ChatRenderer& chat);

    /// The text of a record; nullopt: it has none. `what`: its place, for errors. Errors: BadFile (not an object; no
    /// such field; a field of another type), of conversations as ChatRenderer.
    Result<std::optional<std::string>> take(std::string_view json, const std::string& what);

    const std::vector<std::string>& fields() const { return m_fields; }
    bool areFound() const; ///< not asked for
    /// The file whose template wrote the conversations; empty: they are texts.
    std::string chatTemplate() const { return m_talks ? m_chat->file() : std::string(); }

private:
    Status choose(const Json& record, const std::string& what);
    Result<std::optional<std::string>> textOf(const Json& record, const std::string& what) const;

    std::string m_wanted;
    ChatRenderer* m_chat;
    std::vector<std::string> m_fields;
    bool m_talks = false; ///< the fields hold conversations
};

} // namespace kerf::core
