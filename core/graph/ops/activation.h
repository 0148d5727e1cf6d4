// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"
#include "kernels/activation.h"

namespace kerf::core {

/// y = activation(x), element by element. Attributes: kernels::Activation.
const Op& activationOp();

} // namespace kerf::core
