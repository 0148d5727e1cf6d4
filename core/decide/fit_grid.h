// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <vector>

#include "core/decide/fit.h"

namespace kerf::core {

/// What fits by context and batch, as charts and tables show it.
struct FitGrid {
    std::vector<std::int64_t> contexts; ///< ascending: powers of two, and the one that is asked
    std::vector<std::int64_t> batches; ///< likewise
    std::vector<Fit> cells; ///< [batches, contexts]

    const Fit& at(std::size_t batch, std::size_t context) const { return cells[batch * contexts.size() + context]; }
};

/// Contexts from 2,048 to 131,072 tokens, none beyond the model's, from shorter ones on where it takes few; batches
/// from 1 to 64. `asked` is among them.
/// @pre checkUse()
FitGrid fitGrid(const Placement& placement, const Use& asked);

} // namespace kerf::core
