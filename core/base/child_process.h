// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>
#include <vector>

#include "core/base/descriptor.h"
#include "core/base/job_context.h"
#include "core/base/result.h"

namespace kerf::core {

/// Another program that answers lines with lines, over its standard input and output; what it says on standard error is
/// dropped. It has no file, environment, terminal or signal of ours, and ends with this object. Movable.
class ChildProcess {
public:
    struct Limits {
        std::chrono::milliseconds wait { 60'000 }; ///< for one answer
        std::size_t line = std::size_t { 64 } << 20; ///< bytes of one answer
    };

    /// `arguments` without the program's own name; a program without a slash is looked for on PATH.
    /// Errors: Io (there is no such program, no process can be made).
    static Result<ChildProcess> start(const std::string& program, const std::vector<std::string>& arguments);
    ~ChildProcess();
    ChildProcess(ChildProcess&& other) noexcept
        : m_pid(std::exchange(other.m_pid, -1))
        , m_socket(std::move(other.m_socket))
        , m_buffer(std::move(other.m_buffer))
    {
    }
    ChildProcess& operator=(ChildProcess&& other) noexcept
    {
        std::swap(m_pid, other.m_pid);
        std::swap(m_socket, other.m_socket);
        std::swap(m_buffer, other.m_buffer);
        return *this;
    }
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// Sends a line and gives the next line of the answer, both without their line feed. After an error the program has
    /// ended. Errors, in words that follow a subject ("… took more than 60 s"): Io (no answer in time; too long a one;
    /// it ended: by which signal or with which status), Cancelled.
    Result<std::string> ask(std::string_view line, const Limits& limits, const JobContext& job);

private:
    struct Turn { ///< one question and its answer
        const Limits& limits;
        const JobContext& job;
        std::chrono::steady_clock::time_point end;
    };
    ChildProcess() = default;
    Result<std::string> exchange(std::string_view unsent, const Turn& turn);
    /// What of `events` the socket is ready for; 0: nothing yet. Errors: Cancelled, Io (time is up).
    Result<short> waitFor(short events, const Turn& turn) const;
    /// Sends what goes at once and takes it off `unsent`; false: the program has ended.
    bool send(std::string_view& unsent);
    bool receive();
    tl::unexpected<Error> ended();
    void kill();

    pid_t m_pid = -1;
    Descriptor m_socket;
    std::string m_buffer; ///< received, behind the last answer
};

} // namespace kerf::core
