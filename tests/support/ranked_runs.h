// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include "core/jobs/run_ranks.h"

namespace kerf::test {

/// Runs of a model as they stand after evaluation, with the windows of two texts, and the table of a machine whose
/// bandwidth and clock drift apart (DriftingMachine).
struct RankedRuns {
    std::vector<core::RunRow> runs;
    core::WorkspaceSpeeds speeds;

    explicit RankedRuns(int sittings);
    /// A run with all layers in the format. Each window's divergence is `kld` times what is common to all runs of that
    /// window times what is the run's own: exp of normal draws with standard deviations .8 and `spread`.
    void add(const std::string& name, const std::string& format, double kld, double spread = 0.02);
};

} // namespace kerf::test
