// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/provenance.h"

#include <algorithm>
#include <fstream>
#include <string>

#include <fmt/format.h>

#include "core/base/parallel.h"
#include "core/base/version.h"

namespace kerf::core {
namespace {

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

} // namespace

Provenance startProvenance(const Project& project, const Plan& plan, const std::string& datasetHash, std::int64_t seed)
{
    Provenance provenance;
    provenance.modelHash = project.modelHash;
    provenance.datasetHash = datasetHash;
    provenance.planHash = planHash(plan);
    provenance.seed = seed;
    provenance.engineVersion = std::to_string(kEngineVersion);
    provenance.gitRevision = gitRevision();
    provenance.device = processorName();
    provenance.cpuFeatures = processorFeatures();
    provenance.threads = threadCount();
    return provenance;
}

std::string machineName()
{
    return fmt::format("{}, {}, {} threads", processorName(), processorFeatures(), threadCount());
}

bool isOfThisMachine(const Provenance& provenance)
{
    return provenance.device == processorName() && provenance.cpuFeatures == processorFeatures()
        && provenance.threads == threadCount();
}

} // namespace kerf::core
