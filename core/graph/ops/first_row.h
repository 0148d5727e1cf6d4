// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// The first row of every sample: what a classifier reads of a text ([CLS]). No attributes.
const Op& firstRowOp();

} // namespace kerf::core
