// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/reporter.h"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <unistd.h>

#include <fmt/format.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

namespace kerf::cli {

using namespace kerf::core;
using std::chrono::steady_clock;

namespace {

constexpr int kBarWidth = 24;

std::string timeLeft(std::int64_t done, std::int64_t total, double seconds)
{
    if (done < 1 || seconds < 2 || done >= total)
        return {};
    const auto left
        = static_cast<std::int64_t>(seconds * static_cast<double>(total - done) / static_cast<double>(done));
    return fmt::format(", {}:{:02} left", left / 60, left % 60);
}

// A handler rather than a mask: BLAS starts threads before main, and a signal may reach any thread.
std::atomic<int> g_signals = 0;
static_assert(std::atomic<int>::is_always_lock_free);

void onSignal(int)
{
    if (g_signals.fetch_add(1) > 0)
        ::_exit(static_cast<int>(Exit::Stopped));
}

} // namespace

Reporter::Reporter(const CommonOptions& options)
    : m_options(options)
    , m_terminal(::isatty(STDERR_FILENO) == 1)
{
}

Reporter::~Reporter()
{
    clearProgress();
}

Status Reporter::openLogFile()
{
    if (m_options.logFile.empty())
        return {};
    try {
        m_file = std::make_shared<spdlog::logger>(
            "kerf", std::make_shared<spdlog::sinks::basic_file_sink_mt>(m_options.logFile.string()));
    } catch (const spdlog::spdlog_ex&) {
        return fail(
            ErrorCode::InvalidArgument, fmt::format("{}: the log file cannot be written.", m_options.logFile.string()));
    }
    m_file->flush_on(spdlog::level::trace); // a killed program leaves its last line
    return {};
}

JobContext Reporter::job(std::stop_token stop)
{
    return JobContext(
        std::move(stop), [this](const Progress& progress) { draw(progress); },
        [this](LogLevel level, const std::string& line) { log(level, line); });
}

void Reporter::log(LogLevel level, const std::string& line)
{
    if (m_file)
        m_file->log(level == LogLevel::Info  ? spdlog::level::info
                : level == LogLevel::Warning ? spdlog::level::warn
                                             : spdlog::level::err,
            "{}", line);
    if (m_options.quiet && level != LogLevel::Error)
        return;
    clearProgress();
    const char* prefix = level == LogLevel::Info ? "" : level == LogLevel::Warning ? "Warning: " : "kerf-cli: ";
    fmt::print(stderr, "{}{}\n", prefix, line);
}

void Reporter::clearProgress()
{
    if (!m_drawn)
        return;
    fmt::print(stderr, "\r\033[K");
    std::fflush(stderr);
    m_drawn = false;
}

void Reporter::draw(const Progress& progress)
{
    const auto now = steady_clock::now();
    // "Quantizing layer.x" and "Quantizing layer.y" are one stage: its first word.
    const std::string stage = progress.stage.substr(0, progress.stage.find(' '));
    if (stage != m_stage) {
        m_stage = stage;
        m_stageStart = now;
        if (m_file)
            m_file->info("{}", progress.stage);
    }
    if (!m_terminal || m_options.quiet || now - m_lastDrawn < std::chrono::milliseconds(100))
        return;
    m_lastDrawn = now;
    std::string bar;
    if (progress.total > 0) {
        const auto full = static_cast<std::size_t>(kBarWidth * progress.done / progress.total);
        bar = fmt::format("[{}{}] {}/{} {}{}  ", std::string(full, '#'), std::string(kBarWidth - full, '.'),
            progress.done, progress.total, progress.unit,
            timeLeft(progress.done, progress.total, std::chrono::duration<double>(now - m_stageStart).count()));
    }
    fmt::print(stderr, "\r\033[K{}{}", bar, progress.stage);
    std::fflush(stderr);
    m_drawn = true;
}

StopOnSignal::StopOnSignal()
{
    struct sigaction action { };
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    m_thread = std::jthread([this](const std::stop_token& end) { watch(end); });
}

StopOnSignal::~StopOnSignal() = default;

void StopOnSignal::watch(const std::stop_token& end)
{
    while (!end.stop_requested()) {
        if (g_signals > 0 && !m_source.stop_requested())
            m_source.request_stop();
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

} // namespace kerf::cli
