// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// The same tensor for every sample: a parameter as a value. Has no inputs.
struct Constant {
    Shape shape;
};
const Op& constantOp();

} // namespace kerf::core
