// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include <QString>

#include "core/base/job_context.h"

namespace kerf::ui {

/// What the engine calls its work (a job's title, the stage it is in) in the user's language: "Evaluate run-3",
/// "Calibrating block 2 of 8 · plan 1 of 5: a". Names and numbers stay; words that are not known stay English.
QString engineText(const std::string& english);
/// "12 of 64 windows" of a progress whose total is known, the unit in the user's language.
QString amountText(const core::Progress& progress);

} // namespace kerf::ui
