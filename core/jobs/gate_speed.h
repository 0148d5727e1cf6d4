// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/jobs/gate.h"

namespace kerf::core {

/// How many times as fast a run decodes as what it is judged against, by the sittings that timed the kernels of both
/// (SpeedTable::ratio): the bounds are those of a later sitting. Errors: InvalidArgument: a kernel of either was never
/// timed, or in fewer than kLeastSittings. @pre requirement.of is Speed
Result<GateFinding> judgeSpeed(const RunRow& run, const GateReference& reference, const Requirement& requirement);

} // namespace kerf::core
