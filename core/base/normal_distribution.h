// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

namespace kerf::core {

/// P(X <= x) of the standard normal distribution.
double normalShare(double x);
/// The x with P(X <= x) = share, to the last digits of a double. @pre 0 < share < 1
double normalQuantile(double share);

} // namespace kerf::core
