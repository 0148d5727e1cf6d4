// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// The elements of a row in another shape, without a copy.
struct Reshape {
    Shape shape;
};
const Op& reshapeOp();

} // namespace kerf::core
