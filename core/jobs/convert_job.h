// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <string>

#include "core/exporters/convert.h"
#include "core/jobs/job.h"

namespace kerf::core {

/// The project's own checkpoint, written as another target with the codes that it has (core/exporters/convert.h).
struct ConvertJob {
    using Product = Conversion;
    static constexpr const char* kKind = "convert";
    static constexpr bool kRoundsWeights = false;
    static constexpr JobCompany kCompany = JobCompany::Reader;

    std::string target;
    std::filesystem::path out;
    bool roundScales = false; ///< ConvertOptions::roundScales

    Json toJson() const;
    static Result<ConvertJob> fromJson(const Json& json, const Network& network);
    static std::string title(const Json& settings, const RunNames& runs);
    Result<Product> perform(const JobScene& scene) const;
    JobReport report(const Product& made) const;
};

} // namespace kerf::core
