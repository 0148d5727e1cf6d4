// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>

#include "app/cli/invocation.h"

namespace spdlog {
class logger;
}

namespace kerf::cli {

/// Progress and log lines of a job on stderr, and in a file when one is wanted. Progress is drawn on a terminal only.
class Reporter {
public:
    explicit Reporter(const CommonOptions& options);
    ~Reporter();
    Reporter(const Reporter&) = delete;
    Reporter& operator=(const Reporter&) = delete;

    /// Errors: InvalidArgument, when the log file cannot be written.
    core::Status openLogFile();
    core::JobContext job(std::stop_token stop);
    void log(core::LogLevel level, const std::string& line);
    void clearProgress();

private:
    void draw(const core::Progress& progress);

    const CommonOptions& m_options;
    bool m_terminal;
    bool m_drawn = false;
    std::string m_stage;
    std::chrono::steady_clock::time_point m_stageStart;
    std::chrono::steady_clock::time_point m_lastDrawn;
    std::shared_ptr<spdlog::logger> m_file;
};

/// Turns SIGINT and SIGTERM into a request to stop; a second one ends the program at once (what is finished is on
/// disk). One a program.
class StopOnSignal {
public:
    StopOnSignal();
    ~StopOnSignal();
    StopOnSignal(const StopOnSignal&) = delete;
    StopOnSignal& operator=(const StopOnSignal&) = delete;
    std::stop_token token() const { return m_source.get_token(); }

private:
    void watch(const std::stop_token& end);

    std::stop_source m_source;
    std::jthread m_thread; ///< last: joined first
};

} // namespace kerf::cli
