// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <vector>

#include "core/jobs/job.h"
#include "core/jobs/measure_run.h"
#include "core/jobs/quantize_job.h"

namespace kerf::core {

/// A plan carried out and, when wanted, measured together with the original. Makes a run.
struct RunJob {
    using Product = RowId;
    static constexpr const char* kKind = "run";
    static constexpr bool kRoundsWeights = true;

    QuantizeSettings quantize;
    std::optional<RunMeasures> measures;

    std::vector<Plan> runPlans() const { return { quantize.plan }; }
    Json toJson() const;
    static Result<RunJob> fromJson(const Json& json, const Network& network);
    static std::string title(const Json& settings, const RunNames& runs);
    Result<Product> perform(const JobScene& scene) const;
    JobReport report(const Product& made) const;
};

} // namespace kerf::core
