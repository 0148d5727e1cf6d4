// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"

namespace kerf::core {

/// The fields of records that together are their text, in order. `wanted`: one name, or several separated by commas;
/// empty: the first known name (knownTextFields), or fields that belong together (prompt and completion; instruction,
/// input and output …), or the only field. Errors: BadFile, naming the fields there are.
Result<std::vector<std::string>> chooseFields(
    const std::vector<std::string>& names, std::string_view wanted, std::string_view what);
/// Names separated by commas, white space around them left out.
std::vector<std::string> fieldNames(std::string_view wanted);

/// The value of the first of `keys` that an object has and that is not null; none: nullptr.
const Json* firstMember(const Json& object, std::initializer_list<const char*> keys);

/// Appends a part of a record's text: behind a line feed, unless white space stands at the seam already.
void appendField(std::string_view part, std::string& text);

/// Whether a value is a list of messages: objects, of which there may be none.
bool isConversation(const Json& value);
/// The fields of a JSON record that hold its conversation: those wanted; with none wanted, "messages", "conversations"
/// or "conversation", or prompt and completion where both are messages. Empty: it holds texts.
std::vector<std::string> conversationFields(const Json& record, std::string_view wanted);
/// How many messages the fields of a record hold; null and missing ones hold none. Errors: BadFile: a field that is no
/// list of messages, a message without a role.
Result<std::size_t> countMessages(const Json& record, const std::vector<std::string>& fields, const std::string& what);

} // namespace kerf::core
