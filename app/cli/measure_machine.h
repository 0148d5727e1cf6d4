// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/cli/invocation.h"
#include "core/jobs/measure_machine.h"

namespace kerf::cli {

/// Flags that measure the machine at hand: --measure, --format, --batch, --context, --unseen, --rounds.
struct MeasureFlags {
    std::vector<std::filesystem::path> models; ///< empty: it is not measured
    core::CalibrationOptions options;
    std::string unseen; ///< "8x512"; empty: as usual

    void add(CLI::App* verb);
};

/// Measures, keeps what was found and tells it. Errors: InvalidArgument (--unseen is none), as measureMachine and
/// keepCalibration.
core::Result<Outcome> measureHere(const MeasureFlags& flags, Invocation& invocation);
/// What a machine's formats take, for a person.
std::string calibrationText(const core::Calibration& calibration);

} // namespace kerf::cli
