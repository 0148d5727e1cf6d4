// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/disk_reserve.h"

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "core/base/descriptor.h"

namespace kerf::core {
namespace {

constexpr off_t kReservedBytes = 1 << 20; ///< a few pages of the workspace's log, many times over

} // namespace

DiskReserve::DiskReserve(const std::filesystem::path& folder)
{
    std::error_code ignored;
    std::filesystem::create_directories(folder, ignored);
    const std::filesystem::path file = folder / fmt::format(".reserve-{}", ::getpid());
    const Descriptor descriptor(::open(file.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (!descriptor.isOpen())
        return;
    m_file = file;
    if (::posix_fallocate(descriptor.get(), 0, kReservedBytes) != 0)
        release();
}

DiskReserve::~DiskReserve()
{
    release();
}

void DiskReserve::release()
{
    if (!m_file.empty())
        ::unlink(m_file.c_str());
    m_file.clear();
}

} // namespace kerf::core
