// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdio>

#include "core/jobs/run_job.h"
#include "tests/jobs/sample_workspaces.h"

namespace kerf::test {

/// The bundled sample and one finished run of it: every layer rounded to int3-g64.
struct QuantizedSample {
    FreshFiles files;
    core::ProjectPtr project;
    std::filesystem::path workspace;
    core::RowId run = 0;

    /// False, with the reason printed: the sample does not open, or cannot be quantized.
    bool make()
    {
        project = sampleProject();
        if (!project)
            return false;
        workspace = files.next();
        auto opened = core::Workspace::open(workspace).value();
        const auto plan = core::uniformPlan(*project->model.network, "three bits", "int3-g64", "rtn").value();
        const auto made = core::runJob(*project, opened, core::RunJob { { plan, {}, 0 }, {} }, {});
        if (!made)
            std::fprintf(stderr, "%s\n", made.error().message.c_str());
        run = made.value_or(0);
        return made.has_value();
    }
    core::RunRow row() const { return core::Workspace::open(workspace)->run(std::to_string(run)).value(); }
};

} // namespace kerf::test
