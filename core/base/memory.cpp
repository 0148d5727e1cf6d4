// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/base/memory.h"

#include <fstream>
#include <string>

namespace kerf::core {
namespace {

/// "VmHWM:   1234 kB" among the lines of a file of the kernel, in bytes.
std::int64_t kernelFigure(const char* file, const std::string& key)
{
    std::ifstream lines(file);
    for (std::string word; lines >> word;) {
        std::int64_t kibibytes = 0;
        if (word == key && lines >> kibibytes)
            return kibibytes * 1024;
    }
    return 0;
}

} // namespace

std::int64_t peakMemoryBytes()
{
    // Not getrusage: its figure starts at what the parent had when it started this program.
    return kernelFigure("/proc/self/status", "VmHWM:");
}

std::int64_t availableMemoryBytes()
{
    return kernelFigure("/proc/meminfo", "MemAvailable:");
}

std::int64_t installedMemoryBytes()
{
    return kernelFigure("/proc/meminfo", "MemTotal:");
}

} // namespace kerf::core
