// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/workspace/file_hold.h"

#include <fcntl.h>
#include <map>
#include <mutex>
#include <utility>

#include "core/base/descriptor.h"

namespace kerf::core {
namespace {

// The bytes that SQLite locks to share a database: SHARED_FIRST and SHARED_SIZE of its os.h.
constexpr off_t kSharedFirst = 0x40000000 + 2;
constexpr off_t kSharedBytes = 510;

struct Held {
    Descriptor descriptor;
    int users = 0;
};

std::mutex g_mutex;
std::map<std::string, Held> g_held;

void setLock(const Descriptor& file, short type)
{
    struct flock range { };
    range.l_type = type;
    range.l_whence = SEEK_SET;
    range.l_start = kSharedFirst;
    range.l_len = kSharedBytes;
    ::fcntl(file.get(), F_OFD_SETLK, &range);
}

} // namespace

FileHold::FileHold(const std::filesystem::path& file)
    : m_file(file.string())
{
    const std::lock_guard lock(g_mutex);
    Held& held = g_held[m_file];
    if (held.users++ > 0)
        return;
    held.descriptor = Descriptor(::open(m_file.c_str(), O_RDONLY | O_CLOEXEC));
    setLock(held.descriptor, F_RDLCK);
}

FileHold::~FileHold()
{
    release({});
}

void FileHold::release(const std::function<void()>& closeConnection)
{
    const std::string file = std::exchange(m_file, {});
    if (file.empty())
        return;
    const std::lock_guard lock(g_mutex);
    const auto held = g_held.find(file);
    if (held->second.users == 1)
        setLock(held->second.descriptor, F_UNLCK);
    if (closeConnection)
        closeConnection();
    if (--held->second.users == 0)
        g_held.erase(held);
}

} // namespace kerf::core
