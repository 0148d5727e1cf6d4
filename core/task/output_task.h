// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/task/task.h"

namespace kerf::core {

/// The task of a network whose outputs' meanings are known (NetworkInfo::outputs), see taskOf.
Result<TaskPtr> taskOfOutputs(const Network& network);

} // namespace kerf::core
