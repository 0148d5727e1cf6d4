// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/decide/advice.h"

namespace kerf::core {

/// Nominal sizes: what is called 7B, 13B and 30B.
enum class SizeClass {
    Below7,
    From7To13,
    From13To30,
    From30,
};
SizeClass sizeClass(const ServedModel& model);

/// Fewest bits that a tolerance allows a model of that size, where no profile is known.
int fewestBits(SizeClass size, Tolerance tolerance);

/// Fills reasons, warnings and cache of an advice whose ranking stands.
void applyRules(const AdviceQuestion& question, Advice& advice);

} // namespace kerf::core
