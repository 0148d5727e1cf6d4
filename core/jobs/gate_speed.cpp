// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/gate_speed.h"

#include <fmt/format.h>

namespace kerf::core {
namespace {

tl::unexpected<Error> notTimed(const RunRow& run, const GateReference& reference, const std::string& why)
{
    return fail(ErrorCode::InvalidArgument,
        fmt::format("How fast \"{}\" is beside {} is not known: {}. Time them first (kerf-cli bench {} --sittings 5).",
            run.name, reference.name(), why, run.id));
}

} // namespace

Result<GateFinding> judgeSpeed(const RunRow& run, const GateReference& reference, const Requirement& requirement)
{
    const ModelSpeeds& speeds = reference.speeds;
    KERF_TRY(const TokenWork mine, tokenWork(run.plan, speeds.shapes));
    TokenWork other = storedTokenWork(speeds.shapes);
    if (reference.run) {
        KERF_TRY(other, tokenWork(reference.run->plan, speeds.shapes));
    }
    const auto figure = speeds.table.figure(mine), otherFigure = speeds.table.figure(other);
    if (!figure || !otherFigure)
        return notTimed(
            run, reference, "kernels that they run were never timed, or no kernel runs one of their formats");
    const std::optional<SpeedRatio> ratio = speeds.table.ratio(mine, other, requirement.confidence);
    if (!ratio)
        return notTimed(run, reference,
            fmt::format("fewer than {} sittings timed them, which do not tell how far speeds drift", kLeastSittings));
    GateFinding found;
    found.requirement = requirement;
    found.metric = requirement.metric;
    found.dataset = speeds.table.machine();
    found.items = static_cast<std::size_t>(ratio->sittings);
    found.value = figure->tokensPerSecond;
    found.reference = otherFigure->tokensPerSecond;
    found.estimate = ratio->value;
    found.bounds = { ratio->bounds.low, ratio->bounds.high };
    if (found.bounds.lower >= requirement.limit)
        found.verdict = GateVerdict::Accept;
    else if (found.bounds.upper < requirement.limit)
        found.verdict = GateVerdict::Reject;
    return found;
}

} // namespace kerf::core
