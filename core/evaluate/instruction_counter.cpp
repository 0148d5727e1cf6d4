// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/instruction_counter.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fmt/format.h>

namespace kerf::core {

InstructionCounter::InstructionCounter()
{
    perf_event_attr wanted {};
    wanted.type = PERF_TYPE_HARDWARE;
    wanted.size = sizeof(wanted);
    wanted.config = PERF_COUNT_HW_INSTRUCTIONS;
    wanted.disabled = 1;
    wanted.exclude_kernel = 1;
    wanted.exclude_hv = 1;
    wanted.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
    m_file = static_cast<int>(::syscall(SYS_perf_event_open, &wanted, 0, -1, -1, PERF_FLAG_FD_CLOEXEC));
    if (m_file < 0)
        m_problem = fmt::format("this system does not count instructions (perf_event_open: {})", std::strerror(errno));
}

InstructionCounter::~InstructionCounter()
{
    if (m_file >= 0)
        ::close(m_file);
}

void InstructionCounter::start()
{
    if (m_file < 0)
        return;
    ::ioctl(m_file, PERF_EVENT_IOC_RESET, 0);
    ::ioctl(m_file, PERF_EVENT_IOC_ENABLE, 0);
}

std::optional<std::int64_t> InstructionCounter::stop()
{
    if (m_file < 0)
        return std::nullopt;
    ::ioctl(m_file, PERF_EVENT_IOC_DISABLE, 0);
    std::array<std::uint64_t, 3> found {}; // count, time enabled, time running
    if (::read(m_file, found.data(), sizeof(found)) != static_cast<ssize_t>(sizeof(found)) || found[1] != found[2])
        return std::nullopt;
    return static_cast<std::int64_t>(found[0]);
}

} // namespace kerf::core
