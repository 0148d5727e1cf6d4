// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <chrono>
#include <thread>

#include <QTest>

#include "tests/support/own_settings.h"
#include "tests/support/synthetic_network.h"
#include "tests/support/test_data.h"
#include "ui/workbench.h"

namespace kerf::test {

inline constexpr int kOpenTimeout = 60'000; ///< milliseconds; a loaded machine: opening takes less than one second

/// Waits until the workbench has a model and is idle.
inline bool isOpen(ui::Workbench& workbench)
{
    return QTest::qWaitFor([&] { return workbench.hasModel() && !workbench.jobs()->isRunning(); }, kOpenTimeout);
}

inline bool openSample(ui::Workbench& workbench, const QString& workspace)
{
    workbench.openModel(sample() / "model", workspace.toStdString());
    return isOpen(workbench);
}

/// A job that does nothing until it is stopped.
inline bool startIdleJob(ui::Workbench& workbench)
{
    return workbench.jobs()->start({ "Wait",
        [](const core::JobContext& job) -> core::Status {
            while (true) {
                KERF_CHECK(job.checkStop());
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
        },
        [](const ui::JobOutcome&) {}, {} });
}
inline bool stopJob(ui::Workbench& workbench)
{
    workbench.jobs()->stop();
    return QTest::qWaitFor([&] { return !workbench.jobs()->isRunning(); }, kOpenTimeout);
}

/// Adds a run of a uniform plan to the open workspace, as a job would. Its id; 0 = failed.
inline core::RowId addRun(ui::Workbench& workbench, const std::string& format, core::RunState state)
{
    const ui::ModelSession& session = *workbench.session();
    auto workspace = core::Workspace::open(session.workspaceFile());
    if (!workspace)
        return 0;
    const auto run = workspace->beginRun(session.modelId(), syntheticPlan(*session.network(), format), {});
    if (!run || !workspace->setRunState(*run, state, {}, {}))
        return 0;
    workbench.session()->refreshRuns();
    return *run;
}
inline bool addProfile(ui::Workbench& workbench)
{
    const ui::ModelSession& session = *workbench.session();
    auto workspace = core::Workspace::open(session.workspaceFile());
    const bool saved = workspace && workspace->saveProfile(session.modelId(), *syntheticProfile(*session.network()));
    workbench.session()->refreshProfile();
    return saved;
}

} // namespace kerf::test
