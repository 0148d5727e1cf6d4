// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/base/child_process.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>

#include <fmt/format.h>

namespace kerf::core {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kBlock = 64 * 1024;
constexpr std::chrono::milliseconds kStopPoll { 100 }; ///< between two looks at whether the job was stopped
constexpr std::chrono::milliseconds kLastGasp { 500 }; ///< for a program that closed its output to end by itself

/// What a program is started with: our end of its socket is not among its files, all signals are as at first, and it
/// has a session of its own, so that Ctrl+C in our terminal is ours.
class SpawnSettings {
public:
    explicit SpawnSettings(int socket)
    {
        posix_spawn_file_actions_init(&m_files);
        posix_spawn_file_actions_adddup2(&m_files, socket, 0);
        posix_spawn_file_actions_adddup2(&m_files, socket, 1);
        posix_spawn_file_actions_addopen(&m_files, 2, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_addclosefrom_np(&m_files, 3);
        posix_spawnattr_init(&m_attributes);
        sigset_t all, none;
        sigfillset(&all);
        sigemptyset(&none);
        posix_spawnattr_setsigdefault(&m_attributes, &all);
        posix_spawnattr_setsigmask(&m_attributes, &none);
        posix_spawnattr_setflags(&m_attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
    }
    ~SpawnSettings()
    {
        posix_spawn_file_actions_destroy(&m_files);
        posix_spawnattr_destroy(&m_attributes);
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;

    int spawn(pid_t& pid, const std::string& program, const std::vector<std::string>& arguments) const
    {
        std::vector<char*> words { const_cast<char*>(program.c_str()) };
        for (const std::string& argument : arguments)
            words.push_back(const_cast<char*>(argument.c_str()));
        words.push_back(nullptr);
        std::string language = "LC_ALL=C.UTF-8";
        char* environment[] { language.data(), nullptr };
        return posix_spawnp(&pid, program.c_str(), &m_files, &m_attributes, words.data(), environment);
    }

private:
    posix_spawn_file_actions_t m_files {};
    posix_spawnattr_t m_attributes {};
};

} // namespace

Result<ChildProcess> ChildProcess::start(const std::string& program, const std::vector<std::string>& arguments)
{
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
        return systemError(program, "starting");
    ChildProcess child;
    child.m_socket = Descriptor(ends[0]);
    const Descriptor theirs(ends[1]);
    ::fcntl(theirs.get(), F_SETFL, 0); // the program may wait for its input
    const int error = SpawnSettings(theirs.get()).spawn(child.m_pid, program, arguments);
    if (error == 0)
        return child;
    child.m_pid = -1;
    return fail(ErrorCode::Io, fmt::format("{}: cannot be started: {}", program, std::strerror(error)));
}

ChildProcess::~ChildProcess()
{
    kill();
}

void ChildProcess::kill()
{
    if (m_pid <= 0)
        return;
    ::kill(m_pid, SIGKILL);
    while (::waitpid(m_pid, nullptr, 0) < 0 && errno == EINTR) { }
    m_pid = -1;
}

Result<std::string> ChildProcess::ask(std::string_view line, const Limits& limits, const JobContext& job)
{
    Result<std::string> answer = exchange(std::string(line) + '\n', { limits, job, Clock::now() + limits.wait });
    if (!answer)
        kill();
    return answer;
}

/// Sends and receives at once: a program that answers before it has read all must not wait for us while we wait for it.
Result<std::string> ChildProcess::exchange(std::string_view unsent, const Turn& turn)
{
    for (std::size_t searched = 0;;) {
        const std::size_t feed = m_buffer.find('\n', searched);
        if (unsent.empty() && feed != std::string::npos) {
            std::string line = m_buffer.substr(0, feed);
            m_buffer.erase(0, feed + 1);
            return line;
        }
        searched = feed == std::string::npos ? m_buffer.size() : feed;
        if (m_buffer.size() > turn.limits.line)
            return fail(ErrorCode::Io, fmt::format("answered with more than {} bytes", turn.limits.line));
        KERF_TRY(const short ready, waitFor(static_cast<short>(unsent.empty() ? POLLIN : POLLIN | POLLOUT), turn));
        if ((ready & POLLOUT) != 0 && !send(unsent))
            return ended();
        if ((ready & (POLLIN | POLLHUP | POLLERR)) != 0 && !receive())
            return ended();
    }
}

Result<short> ChildProcess::waitFor(short events, const Turn& turn) const
{
    KERF_CHECK(turn.job.checkStop());
    if (Clock::now() >= turn.end)
        return fail(ErrorCode::Io,
            fmt::format("gave no answer within {} s", std::chrono::duration<double>(turn.limits.wait).count()));
    pollfd socket { m_socket.get(), events, 0 };
    return ::poll(&socket, 1, static_cast<int>(kStopPoll.count())) > 0 ? socket.revents : short { 0 };
}

bool ChildProcess::send(std::string_view& unsent)
{
    const ssize_t sent = ::send(m_socket.get(), unsent.data(), unsent.size(), MSG_NOSIGNAL);
    if (sent > 0)
        unsent.remove_prefix(static_cast<std::size_t>(sent));
    return sent > 0 || errno == EAGAIN || errno == EINTR;
}

bool ChildProcess::receive()
{
    const std::size_t before = m_buffer.size();
    m_buffer.resize(before + kBlock);
    const ssize_t got = ::recv(m_socket.get(), m_buffer.data() + before, kBlock, 0);
    m_buffer.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

/// The program closed its end: how it ended.
tl::unexpected<Error> ChildProcess::ended()
{
    int status = 0;
    pid_t reaped = 0;
    for (const Clock::time_point end = Clock::now() + kLastGasp; reaped == 0 && Clock::now() < end;) {
        reaped = ::waitpid(m_pid, &status, WNOHANG);
        if (reaped == 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    if (reaped != m_pid)
        return fail(ErrorCode::Io, "closed its output");
    m_pid = -1;
    if (!WIFSIGNALED(status))
        return fail(ErrorCode::Io, fmt::format("ended with the status {}", WEXITSTATUS(status)));
    const int number = WTERMSIG(status);
    if (number == SIGXCPU)
        return fail(ErrorCode::Io, "used up its processor time");
    return fail(ErrorCode::Io, fmt::format("was ended by the signal {} ({})", number, sigdescr_np(number)));
}

} // namespace kerf::core
