// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <utility>

#include "core/base/result.h"

namespace kerf::core {

/// Where a long job stands, in its own units.
struct Progress {
    std::string stage; ///< "Calibrating", "Quantizing model.layers.3.mlp.down_proj", …: what a person reads
    std::int64_t done = 0;
    std::int64_t total = 0; ///< 0 = not known
    std::string unit; ///< "layers", "windows", "tokens", …
};

enum class LogLevel { Info, Warning, Error };

/// What long work is given: a stop token to ask at least every 250 ms, a progress sink and a log sink. Both sinks may
/// be empty and may be called from the thread that does the work only. Cheap to copy.
class JobContext {
public:
    using ProgressSink = std::function<void(const Progress&)>;
    using LogSink = std::function<void(LogLevel, const std::string&)>;

    JobContext() = default;
    explicit JobContext(std::stop_token stop, ProgressSink progress = {}, LogSink log = {})
        : m_stop(std::move(stop))
        , m_progress(std::move(progress))
        , m_log(std::move(log))
    {
    }

    bool stopRequested() const { return m_stop.stop_requested(); }
    /// The error of a stopped job, or success: `KERF_CHECK(job.checkStop());`
    Status checkStop() const
    {
        if (stopRequested())
            return fail(ErrorCode::Cancelled, "Stopped. What is finished is kept; start the same job again to go on.");
        return {};
    }
    void progress(const Progress& progress) const
    {
        if (m_progress)
            m_progress(progress);
    }
    void log(LogLevel level, const std::string& line) const
    {
        if (m_log)
            m_log(level, line);
    }
    /// The same job with other progress: for a stage that is a part of a larger one.
    JobContext withProgress(ProgressSink progress) const { return JobContext(m_stop, std::move(progress), m_log); }
    /// The same job with another log sink: for a job that keeps its own record.
    JobContext withLog(LogSink log) const { return JobContext(m_stop, m_progress, std::move(log)); }

private:
    std::stop_token m_stop;
    ProgressSink m_progress;
    LogSink m_log;
};

} // namespace kerf::core
