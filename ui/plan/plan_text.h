// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QString>

#include "core/plan/plan.h"

namespace kerf::ui {

/// A plan in one line: "int4-g128 · inputs a8-token · hcd · rotation, SmoothQuant 0.5 · cache kv-int8". Of several
/// formats the most used come first, with their number of layers.
QString planText(const core::Plan& plan);

} // namespace kerf::ui
