// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>

#include "core/workspace/workspace.h"

namespace kerf::core {

/// What emptying the trash removed.
struct Emptied {
    int runs = 0;
    int files = 0; ///< quantized layers and results of tokens
    std::int64_t bytes = 0; ///< of these files
};

/// Removes runs that are in the trash for good: their rows first, then the quantized layers that no other run has, in
/// the trash or out of it. Layers of an interrupted removal stay as a cache that a later run may use. Results of single
/// tokens go by the same rule, those of an interrupted removal among them. Exported folders are left alone.
/// @param run this one alone, or of `model` all; of neither: all of the workspace
/// @pre no job of this workspace runs: it may be about to use such a layer
/// Errors: InvalidArgument (the run is not in the trash), Locked.
Result<Emptied> emptyTrash(Workspace& workspace, std::optional<RowId> model = {}, std::optional<RowId> run = {});

} // namespace kerf::core
