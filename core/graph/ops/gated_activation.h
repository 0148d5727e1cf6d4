// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"
#include "kernels/activation.h"

namespace kerf::core {

/// y = activation(gate) * up (Shazeer, arXiv 2002.05202): activation and multiply in one pass. Inputs: gate, up.
/// Attributes: kernels::Activation.
const Op& gatedActivationOp();

} // namespace kerf::core
