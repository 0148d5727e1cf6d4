// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/base/processor.h"

#include <algorithm>
#include <fstream>

#include <fmt/format.h>

namespace kerf::core {
namespace {

constexpr int kMostCaches = 8;

} // namespace

std::string processorName()
{
    std::ifstream stream("/proc/cpuinfo");
    for (std::string line; std::getline(stream, line);)
        if (line.starts_with("model name"))
            return line.substr(std::min(line.size(), line.find(':') + 2));
    return "CPU";
}

std::string processorFeatures()
{
    std::string features;
    const auto add = [&](bool has, const char* name) {
        if (!has)
            return;
        features += features.empty() ? "" : " ";
        features += name;
    };
#if defined(__x86_64__)
    add(__builtin_cpu_supports("avx2"), "avx2");
    add(__builtin_cpu_supports("fma"), "fma");
    add(__builtin_cpu_supports("avx512f"), "avx512f");
    add(__builtin_cpu_supports("avx512bw"), "avx512bw");
    add(__builtin_cpu_supports("avx512vnni"), "avx512vnni");
#endif
    return features;
}

std::int64_t lastCacheBytes()
{
    // Not sysconf: in virtual machines the C library reckons what the host's processor has.
    std::int64_t bytes = 0;
    for (int index = 0; index < kMostCaches; ++index) {
        std::ifstream stream(fmt::format("/sys/devices/system/cpu/cpu0/cache/index{}/size", index));
        std::int64_t count = 0;
        char unit = 'B';
        if (!(stream >> count >> unit))
            break;
        bytes = std::max(bytes, unit == 'K' ? count << 10 : unit == 'M' ? count << 20 : count);
    }
    return bytes;
}

} // namespace kerf::core
