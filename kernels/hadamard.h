// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <span>

namespace kerf::kernels {

/// The Walsh-Hadamard transform x <- H_2 ⊗ … ⊗ H_2 x of 2^m values, unnormalized, in place. n log n sums, in one order
/// on every machine: the bits are the same everywhere. Error against reference::walshHadamard: m roundings to float.
/// @pre x.size() is a power of two
void walshHadamard(std::span<float> x);

/// x is cut into `order` blocks; block j becomes the sum over k of matrix[k, j] times block k, in place. For matrices
/// of ±1 the order of sums is the same on every machine, and so are the bits. Error: order roundings to float.
/// @pre order <= kMaxBlocks; matrix.size() == order²; x.size() is order times a power of two
inline constexpr std::size_t kMaxBlocks = 256;
void mixBlocks(std::span<const float> matrix, std::size_t order, std::span<float> x);

namespace reference {
/// The matrix itself, entry by entry: (-1)^(number of ones in i & j).
void walshHadamard(std::span<const float> x, std::span<double> y);
} // namespace reference

} // namespace kerf::kernels
