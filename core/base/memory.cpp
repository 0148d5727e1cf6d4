// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/base/memory.h"

#include <fstream>
#include <string>

namespace kerf::core {

std::int64_t peakMemoryBytes()
{
    // Not getrusage: its figure starts at what the parent had when it started this program.
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        std::int64_t kibibytes = 0;
        if (word == "VmHWM:" && status >> kibibytes)
            return kibibytes * 1024;
    }
    return 0;
}

} // namespace kerf::core
