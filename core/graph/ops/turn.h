// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>

#include "core/graph/op.h"
#include "core/graph/orthogonal.h"

namespace kerf::core {

/// Turns every stretch of `rotation->size()` elements of a row by an orthogonal matrix: what a network turns while it
/// runs, because nothing before it can be rewritten to (Ashkboos et al., QuaRot, arXiv 2404.00456, section 4;
/// SpinQuant's R3 and R4).
struct Turn {
    std::shared_ptr<const Orthogonal> rotation; ///< of a size with a Hadamard form
};
const Op& turnOp();

} // namespace kerf::core
