// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/child_process.h"
#include "core/base/job_context.h"
#include "core/base/result.h"
#include "core/text/chat_template.h"

namespace kerf::core {

/// Limits of the process that renders, and what it is.
struct ChatLimits {
    std::string python = "/usr/bin/python3"; ///< with Jinja (Debian: python3, python3-jinja2)
    int seconds
        = 10; ///< of processor time for one conversation; of time ten times as much: others may have the processor
    std::int64_t memory = std::int64_t { 1 } << 30; ///< bytes of address space
    std::int64_t text = std::int64_t { 16 } << 20; ///< characters of one conversation
};

/// Writes conversations as a model reads them: by its chat template, as apply_chat_template of transformers does
/// without a generation prompt. Templates come with models and are not trusted: they run in Jinja's sandbox, in a
/// process that can open, write and start nothing, with limits (resources/chat/render_chat.py). It is started with the
/// first conversation and ends with this object.
class ChatRenderer {
public:
    /// The date that a template is told when it asks for today's: always the same, so that a text does not change.
    static constexpr const char* kDate = "2024-07-26";

    /// `chat`: or why there is none, which is then the error of render().
    ChatRenderer(Result<ChatTemplate> chat, JobContext job, ChatLimits limits = {});

    /// The text of the conversation in `fields` of a record (one JSON object; its text, as the order of keys counts):
    /// messages {role, content …} or {from, value} (ShareGPT). `what`: the record's place, which starts errors.
    /// Errors: BadFile (no template; a template that is not Jinja, refuses the conversation or breaks a limit: file
    /// named), Io (Python or Jinja is missing: package named), Cancelled.
    Result<std::string> render(
        std::string_view record, const std::vector<std::string>& fields, const std::string& what);

    /// The file that holds the template; empty without one.
    std::string file() const { return m_chat ? m_chat->file : std::string(); }

private:
    Status start();
    Result<std::string> ask(const std::string& line, const std::string& subject);
    tl::unexpected<Error> refused(const std::string& subject, const Json& answer) const;

    Result<ChatTemplate> m_chat;
    JobContext m_job;
    ChatLimits m_limits;
    std::optional<ChildProcess> m_process;
};

} // namespace kerf::core
