// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/job_checks_text.h"

#include <fmt/format.h>

#include "app/cli/table.h"
#include "core/jobs/job_checks.h"

namespace kerf::cli {

using namespace kerf::core;

void addDryRun(CLI::App* verb, bool& isDryRun)
{
    verb->add_flag("--dry-run", isDryRun,
        "Say what it takes and needs (time, memory, disk, what is on disk already, texts, targets), and start nothing; "
        "exit code 1 when something would keep it from its end");
}

Result<Outcome> describeChecks(
    const Project& project, const Workspace& workspace, const Job& job, const Invocation& invocation)
{
    KERF_TRY(const JobChecks found, checkJob(project, workspace, job, {}, invocation.job()));
    Outcome outcome;
    outcome.json = toJson(found);
    Table table({ "check", "state", "result", "rests on" });
    for (const JobCheck& check : found.checks)
        table.add({ check.id, checkStateName(check.state), check.result, check.basis });
    outcome.text = table.text();
    outcome.failed = found.isBlocked();
    return outcome;
}

} // namespace kerf::cli
