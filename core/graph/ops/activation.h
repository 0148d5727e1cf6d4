// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"
#include "kernels/activation.h"

namespace kerf::core {

/// y = activation(x), element by element. Attributes: kernels::Activation.
const Op& activationOp();
bool isRelu(const Node& node); ///< such a node, of max(x, 0)

} // namespace kerf::core
