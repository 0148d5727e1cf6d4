// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QString>

#include "core/jobs/refine_job.h"
#include "ui/jobs/job_runner.h"

namespace kerf::ui {

/// How a measured search ended: the divergence before and after, on the evaluation text when it got that far, and how
/// many changes were kept. `isBetter`: it found a plan that replaces the one it was given.
QString refinementText(const core::Refinement& found, bool isBetter, const JobOutcome& outcome);

} // namespace kerf::ui
