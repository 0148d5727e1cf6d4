// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// y = a * b, element by element. No attributes.
const Op& multiplyOp();

} // namespace kerf::core
