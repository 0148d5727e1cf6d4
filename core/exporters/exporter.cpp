// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/exporter.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/exporters/exporters.h"

namespace kerf::core {

std::span<const Exporter* const> allExporters()
{
    static const std::array<const Exporter*, 12> exporters { &gptqExporter(), &gptq1Exporter(), &gptq2Exporter(),
        &awqExporter(), &compressedTensorsExporter(), &fp8Exporter(), &bitsAndBytesExporter(), &modelOptExporter(),
        &ggufExporter(), &hfExporter(), &onnxExporter(), &onnxNBitsExporter() };
    return exporters;
}

Result<const Exporter*> findExporter(std::string_view name)
{
    std::vector<std::string> names;
    for (const Exporter* exporter : allExporters()) {
        if (exporter->name() == name)
            return exporter;
        names.push_back(exporter->name());
    }
    return fail(ErrorCode::InvalidArgument,
        fmt::format("There is no export target \"{}\". Known: {}.", name, fmt::join(names, ", ")));
}

Result<PlanMend> adaptedPlan(const Exporter& exporter, const Plan& plan, const Network& network)
{
    const MendGoal goal { exporter.name(),
        [&](const Plan& changed) -> Result<std::vector<PlanProblem>> {
            KERF_TRY(std::vector<PlanProblem> problems, checkLoader(changed, network, "any")); // shapes
            const std::vector<PlanProblem> own = exporter.check(changed, network);
            problems.insert(problems.end(), own.begin(), own.end());
            return problems;
        },
        true };
    KERF_TRY(PlanMend mend, mendPlan(plan, network, goal));
    mend.plan.name = fmt::format("{} for {}", plan.name, exporter.name());
    return mend;
}

} // namespace kerf::core
