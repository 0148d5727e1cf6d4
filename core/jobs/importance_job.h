// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>

#include "core/exporters/importance_matrix.h"
#include "core/jobs/job.h"

namespace kerf::core {

/// Calibrates, or takes the statistics that profile and runs of this text share, and writes llama.cpp's importance
/// matrix (core/exporters/importance_matrix.h).
struct ImportanceJob {
    using Product = ImportanceReport;
    static constexpr const char* kKind = "importance-matrix";
    static constexpr bool kRoundsWeights = false;

    DataChoice calibration;
    std::filesystem::path out; ///< a file that does not exist yet

    Json toJson() const;
    static Result<ImportanceJob> fromJson(const Json& json, const Network& network);
    static std::string title(const Json& settings, const RunNames& runs);
    Result<Product> perform(const JobScene& scene) const;
    JobReport report(const Product& made) const;
};

} // namespace kerf::core
