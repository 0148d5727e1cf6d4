// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <string>

#include "core/exporters/exporter.h"
#include "core/jobs/job.h"

namespace kerf::core {

struct ExportJob {
    using Product = ExportReport;
    static constexpr const char* kKind = "export";
    static constexpr bool kRoundsWeights = false;
    static constexpr JobCompany kCompany = JobCompany::Reader;

    RowId run = 0;
    std::string target;
    std::filesystem::path out;
    std::string base {}; ///< "org/name" of the original on the Hub, for the card; empty: found, where it is

    Json toJson() const;
    static Result<ExportJob> fromJson(const Json& json, const Network& network);
    static std::string title(const Json& settings, const RunNames& runs);
    Result<Product> perform(const JobScene& scene) const;
    JobReport report(const Product& made) const;
};
/// Exports a finished run with its card (core/jobs/model_card.h) and records the artifact.
Result<ExportReport> runExport(const Project& project, Workspace& workspace, RowId run, const std::string& target,
    const std::filesystem::path& out, const JobContext& job, const std::string& base = {});

/// Size of the files of tensors that the export will have, to the byte; nothing is unpacked or written. Errors: as
/// runExport.
Result<std::int64_t> exportBytes(
    const Project& project, const Workspace& workspace, RowId run, const Exporter& exporter);

/// Reads an export back and compares every quantized layer with a finished run. Returns how many there are. Errors:
/// BadFile (no export of Kerf's, a layer that differs: named), as runExport.
Result<int> compareExport(const Project& project, const Workspace& workspace, RowId run, const Exporter& exporter,
    const std::filesystem::path& folder, const JobContext& job);

} // namespace kerf::core
