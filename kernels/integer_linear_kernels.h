// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The implementations behind kernels/integer_linear.h; included by them and by the file that lists them.

#pragma once

#include "kernels/integer_linear.h"

namespace kerf::kernels {

const IntegerLinearKernel* referenceIntegerLinear();
/// Plain loops that the compiler vectorizes for each instruction set.
const IntegerLinearKernel* portableIntegerLinear();
/// AVX-512 VNNI; null when the machine lacks it.
const IntegerLinearKernel* vnniIntegerLinear();

} // namespace kerf::kernels
