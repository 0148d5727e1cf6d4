// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/cli/command_line.h"

namespace kerf::cli {

/// What `kerf-cli runs` changes of a run.
struct RunEdit {
    std::string rename;
    std::optional<std::string> note; ///< empty: takes it away
    std::vector<std::string> addTags, removeTags;
    bool remove = false;
    bool restore = false;
    bool purge = false;
    bool emptyTrash = false; ///< of all runs

    bool changesSomething() const
    {
        return !rename.empty() || note || !addTags.empty() || !removeTags.empty() || remove || restore || purge;
    }
};
void addRunEdits(CLI::App* verb, CLI::Option* run, RunEdit& edit);
core::Result<Outcome> editRun(Invocation& invocation, const std::string& which, const RunEdit& edit);
core::Result<Outcome> emptyTrashOf(Invocation& invocation);

} // namespace kerf::cli
