// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include "ui/palette/command_list.h"

namespace kerf::ui {

class Actions;
class Workbench;

/// All that a window can do now: the actions of its menus, the saved plans, runs and layers of the open model.
std::vector<Command> commandsOf(const Actions& actions, Workbench& workbench);

} // namespace kerf::ui
