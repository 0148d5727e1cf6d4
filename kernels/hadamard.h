// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <span>

namespace kerf::kernels {

/// The Walsh-Hadamard transform x <- H_2 ⊗ … ⊗ H_2 x of 2^m values, unnormalized, in place. n log n sums, in one order
/// on every machine: the bits are the same everywhere. Error against reference::walshHadamard: m roundings to float.
/// @pre x.size() is a power of two
void walshHadamard(std::span<float> x);

namespace reference {
/// The matrix itself, entry by entry: (-1)^(number of ones in i & j).
void walshHadamard(std::span<const float> x, std::span<double> y);
} // namespace reference

} // namespace kerf::kernels
