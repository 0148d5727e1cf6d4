// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/provenance.h"

#include <fmt/format.h>

#include "core/base/parallel.h"
#include "core/base/processor.h"
#include "core/base/version.h"

namespace kerf::core {

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
