// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/jobs/job.h"
#include "core/jobs/measure_run.h"

namespace kerf::core {

/// A checkpoint of the project's model that somebody quantized becomes a run: it stands on the chart, is evaluated,
/// timed, compared and exported like those that Kerf made. Nothing of it is copied.
struct ImportJob {
    using Product = RowId;
    static constexpr const char* kKind = "import";
    static constexpr bool kRoundsWeights = false;

    std::filesystem::path folder; ///< or GGUF or ONNX file
    std::optional<RunMeasures> measures;

    Json toJson() const;
    static Result<ImportJob> fromJson(const Json& json, const Network& network);
    static std::string title(const Json& settings, const RunNames& runs);
    Result<Product> perform(const JobScene& scene) const;
    JobReport report(const Product& made) const;
};

/// Adds the checkpoint as a run in state Done, with each layer's format and mean squared error to the original. The
/// same bytes are found again, and their place is renewed. Errors: InvalidArgument (nothing in it is quantized; it is
/// of another model: what differs is named), BadFile, Cancelled.
Result<RowId> importRun(
    const Project& project, Workspace& workspace, const std::filesystem::path& folder, const JobContext& job);

} // namespace kerf::core
