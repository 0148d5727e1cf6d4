// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/base/matrix.h"

namespace kerf::core {

/// |found - expected| / |expected|, in double; 0 where both are 0, |found| where only `expected` is.
/// @pre of one shape
inline double relativeDistance(const Matrix& expected, const Matrix& found)
{
    const double size = expected.cast<double>().norm();
    const double distance = (found.cast<double>() - expected.cast<double>()).norm();
    return size > 0 ? distance / size : distance;
}

} // namespace kerf::core
