// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>

#include "core/evaluate/speed_table.h"
#include "core/evaluate/throughput.h"
#include "core/jobs/job.h"

namespace kerf::core {

/// The speed of a run: what the table of kernel times says, and one measurement of whole tokens beside it.
struct RunSpeed {
    Throughput measured; ///< stored as the run's metrics
    std::optional<SpeedFigure> figure; ///< nothing when no kernel runs one of its formats
};
/// Measures prefill and decode of a run end to end with the kernels for its formats, and times the kernels where the
/// newest sitting is old or lacks one of them (core/jobs/speed_job.h). Errors: as measureThroughput, runSittings.
Result<RunSpeed> runBench(
    const Project& project, Workspace& workspace, RowId run, const ThroughputOptions& options, const JobContext& job);
/// "Decode 123 tokens/s, prefill 456 tokens/s with AVX2."
std::string speedLine(const RunSpeed& speed);

struct BenchJob {
    using Product = RunSpeed;
    static constexpr const char* kKind = "bench";
    static constexpr bool kRoundsWeights = false;
    static constexpr JobCompany kCompany = JobCompany::Timer;

    RowId run = 0;
    ThroughputOptions options;

    Json toJson() const;
    static Result<BenchJob> fromJson(const Json& json, const Network& network);
    static std::string title(const Json& settings, const RunNames& runs);
    Result<Product> perform(const JobScene& scene) const;
    JobReport report(const Product& made) const;
};

} // namespace kerf::core
