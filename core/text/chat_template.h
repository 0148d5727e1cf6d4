// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "core/base/json.h"
#include "core/base/result.h"

namespace kerf::core {

/// How a model writes conversations: a Jinja template, or several by name, of which "default" is taken, and "tool_use"
/// for conversations with tools where it is there.
struct ChatTemplate {
    std::string file; ///< that holds it, for messages
    std::map<std::string, std::string> templates; ///< by name; "default" is there
    Json variables = Json::object(); ///< bos_token, eos_token …: what else a template can name
};

/// That of a model folder, as transformers finds it: chat_template.jinja and additional_chat_templates/NAME.jinja; else
/// "chat_template" of tokenizer_config.json, a text or a list of {name, template}. Special tokens are those that
/// tokenizer_config.json and special_tokens_map.json name. Errors: BadFile (there is none; it is not a text; several
/// of which none is the default).
Result<ChatTemplate> readChatTemplate(const std::filesystem::path& folder);
/// That of a GGUF file: tokenizer.chat_template and tokenizer.chat_template.NAME. Errors: as above.
Result<ChatTemplate> ggufChatTemplate(const Json& metadata, const std::string& file);

} // namespace kerf::core
