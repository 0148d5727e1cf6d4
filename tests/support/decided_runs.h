// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/workspace/workspace.h"
#include "tests/support/judged_runs.h"

namespace kerf::test {

inline constexpr std::size_t kDecidedItems = 1000;

/// 800 of 1,000 items right, then `harmful` of these wrong and `beneficial` of the others right.
inline core::Metric answeredItems(std::size_t harmful, std::size_t beneficial)
{
    return metric("acc", answers(kDecidedItems, { { beneficial, 200 - beneficial }, { 500, harmful } }), "items");
}

/// A finished run of a uniform plan that answered the items; its number.
inline core::RowId addAnswered(core::Workspace& workspace, core::RowId model, core::Plan plan, double bytes,
    std::size_t harmful, std::size_t beneficial)
{
    core::Provenance provenance;
    const std::vector<core::ModelRow> models = workspace.models().value();
    for (const core::ModelRow& row : models)
        if (row.id == model)
            provenance.modelHash = row.hash;
    const core::RowId run = workspace.beginRun(model, plan, provenance).value();
    (void)workspace.addMetric(run, answeredItems(harmful, beneficial));
    core::Metric size;
    size.name = "size_bytes";
    size.value = bytes;
    (void)workspace.addMetric(run, size);
    (void)workspace.setRunState(run, core::RunState::Done, {}, provenance);
    return run;
}

} // namespace kerf::test
