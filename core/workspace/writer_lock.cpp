// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/workspace/writer_lock.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <sys/file.h>
#include <unistd.h>

#include <fmt/format.h>

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

std::mutex g_mutex;
std::map<std::string, std::weak_ptr<WriterLock>> g_held;

std::string readHolder(int descriptor)
{
    char text[32] = {};
    const ssize_t got = ::pread(descriptor, text, sizeof text - 1, 0);
    std::string holder;
    for (ssize_t i = 0; i < got && text[i] >= '0' && text[i] <= '9'; ++i)
        holder += text[i];
    return holder;
}

/// Only for the message that another process shows: failure to write it harms nothing.
void writeHolder(int descriptor)
{
    const std::string text = fmt::format("{}\n", ::getpid());
    if (::ftruncate(descriptor, 0) == 0) [[maybe_unused]]
        const ssize_t written = ::pwrite(descriptor, text.data(), text.size(), 0);
}

} // namespace

Result<WriterLock::Attempt> WriterLock::acquire(const fs::path& file)
{
    const fs::path path = file.string() + ".lock";
    std::error_code ignored;
    const std::string key = fs::weakly_canonical(path, ignored).string();
    const std::lock_guard guard(g_mutex);
    if (auto held = g_held[key].lock())
        return Attempt { held, false, {}, {} };
    if (fs::exists(file, ignored) && ::access(file.c_str(), W_OK) != 0)
        return Attempt { nullptr, false, {}, std::strerror(errno) };
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    const int why = errno;
    const bool forbidden = why == EACCES || why == EROFS || why == EPERM;
    if (descriptor < 0 && forbidden && fs::exists(file, ignored))
        return Attempt { nullptr, false, {}, std::strerror(why) };
    if (descriptor < 0)
        return fail(
            ErrorCode::Io, fmt::format("{}: the lock file cannot be made: {}", path.string(), std::strerror(why)));
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        const std::string holder = readHolder(descriptor);
        ::close(descriptor);
        return Attempt { nullptr, false, holder, {} };
    }
    writeHolder(descriptor);
    auto lock = std::make_shared<WriterLock>(descriptor);
    g_held[key] = lock;
    return Attempt { lock, true, {}, {} };
}

WriterLock::WriterLock(int descriptor)
    : m_descriptor(descriptor)
{
}

WriterLock::~WriterLock()
{
    ::close(m_descriptor);
}

} // namespace kerf::core
