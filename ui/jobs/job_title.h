// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QString>

#include "core/workspace/workspace.h"

namespace kerf::ui {

/// What a job is called in lists and in the status bar. Runs are named as far as they are among `runs`.
QString jobTitle(const core::JobRow& job, const std::vector<core::RunRow>& runs);

} // namespace kerf::ui
