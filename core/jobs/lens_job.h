// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>

#include "core/jobs/data_lens.h"
#include "core/jobs/job.h"

namespace kerf::core {

/// Whether a calibration text does (core/jobs/data_lens.h). What it finds is told, not kept: statistics of all windows
/// stay in the workspace, so that a second look takes only what the smaller parts of the text take.
struct LensJob {
    using Product = DataLens;
    static constexpr const char* kKind = "lens";
    static constexpr bool kRoundsWeights = true;

    DataChoice calibration;
    std::optional<DataChoice> against; ///< another text, whose channel ranges are set beside the calibration's
    LensOptions options;

    Json toJson() const;
    static Result<LensJob> fromJson(const Json& json, const Network& network);
    static std::string title(const Json& settings, const RunNames& runs);
    Result<Product> perform(const JobScene& scene) const;
    JobReport report(const Product& lens) const;
};

} // namespace kerf::core
