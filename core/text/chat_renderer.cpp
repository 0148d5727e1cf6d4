// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/chat_renderer.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/text/chat_program.h"

namespace kerf::core {
namespace {

constexpr const char* kPackages = "Conversations are written by the model's chat template, which needs Python 3 with "
                                  "Jinja: install the packages python3 and python3-jinja2.";

/// A record in one line: line feeds stand between its values only, where any white space may.
std::string inOneLine(std::string_view json)
{
    std::string line(json);
    std::ranges::replace(line, '\n', ' ');
    return line;
}

} // namespace

ChatRenderer::ChatRenderer(Result<ChatTemplate> chat, JobContext job, ChatLimits limits)
    : m_chat(std::move(chat))
    , m_job(std::move(job))
    , m_limits(std::move(limits))
{
}

Result<std::string> ChatRenderer::render(
    std::string_view record, const std::vector<std::string>& fields, const std::string& what)
{
    KERF_CHECK(m_chat);
    if (!m_process)
        KERF_CHECK(start());
    return ask(fmt::format(R"({{"fields":{},"record":{}}})", Json(fields).dump(), inOneLine(record)),
        fmt::format("{}: the chat template in {}", what, m_chat->file));
}

Status ChatRenderer::start()
{
    auto process = ChildProcess::start(m_limits.python, { "-I", "-S", "-c", std::string(chatProgramText()) });
    if (!process)
        return fail(process.error().code, fmt::format("{}. {}", process.error().message, kPackages));
    m_process = std::move(*process);
    const Json settings { { "templates", m_chat->templates }, { "variables", m_chat->variables }, { "date", kDate },
        { "limits", { { "seconds", m_limits.seconds }, { "memory", m_limits.memory }, { "text", m_limits.text } } } };
    const auto ready = ask(settings.dump(), fmt::format("{}: the chat template", m_chat->file));
    if (!ready)
        m_process.reset();
    return ready.map([](const std::string&) {});
}

Result<std::string> ChatRenderer::ask(const std::string& line, const std::string& subject)
{
    const auto bytes = static_cast<std::size_t>(m_limits.text) * 12; // \uXXXX\uXXXX, at most, of a character
    auto reply = m_process->ask(line, { std::chrono::seconds(10 * m_limits.seconds), bytes }, m_job);
    if (!reply) {
        m_process.reset();
        const bool stopped = reply.error().code == ErrorCode::Cancelled;
        return stopped
            ? tl::unexpected(reply.error())
            : fail(ErrorCode::BadFile, fmt::format("{} {}; it was stopped.", subject, reply.error().message));
    }
    KERF_TRY(const Json answer, parseJson(*reply, subject));
    const auto text = answer.is_object() ? answer.find("text") : answer.end();
    if (text == answer.end() || !text->is_string())
        return refused(subject, answer);
    return text->get<std::string>();
}

tl::unexpected<Error> ChatRenderer::refused(const std::string& subject, const Json& answer) const
{
    const auto word = [&](const char* key) {
        const auto found = answer.is_object() ? answer.find(key) : answer.end();
        return found != answer.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    const std::string kind = word("error"), message = word("message");
    if (kind == "missing")
        return fail(ErrorCode::Io, fmt::format("{}: {}. {}", m_limits.python, message, kPackages));
    const std::string predicate = kind == "syntax" ? "is not Jinja: " + message
        : kind == "security"                       ? "does what is forbidden to it: " + message
        : kind == "raised"                         ? "refuses the conversation: " + message
        : kind == "memory" ? fmt::format("wants more than {} MiB of memory", m_limits.memory >> 20)
                           : "failed: " + message;
    return fail(ErrorCode::BadFile,
        fmt::format("{} {}{}", subject, predicate, predicate.ends_with('.') || predicate.ends_with('!') ? "" : "."));
}

} // namespace kerf::core
