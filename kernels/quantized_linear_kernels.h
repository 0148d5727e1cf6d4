// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The implementations behind kernels/quantized_linear.h; included by them and by the file that lists them.

#pragma once

#include <vector>

#include "kernels/quantized_linear.h"

namespace kerf::kernels {

/// Scalar, double sums: the truth that the others are tested against.
const QuantizedLinearKernel* referenceQuantizedLinear();
/// Float32 multiply-adds for each instruction set that Highway was compiled for and this machine has, widest first.
std::vector<const QuantizedLinearKernel*> highwayQuantizedLinear();
/// Integer products of AVX-512 VNNI; null when the machine lacks it.
const QuantizedLinearKernel* vnniQuantizedLinear();

/// The scale of one row of a block, whatever it is stored in.
float scaleOf(const PackedMatrix& weight, std::int64_t block, std::int64_t group, std::int64_t row);

/// Code of a column of a chunk, by the layout that PackedMatrix states. codes: of the chunk's first word.
std::uint32_t codeAt(const PackedMatrix& weight, const std::uint32_t* codes, std::int64_t row, std::int64_t column);

/// Copies x to prepared.values [token, paddedColumns] in packed order with zeros in the padding: what the reference and
/// the Highway kernels read.
void allocatePackedOrder(const PackedMatrix& weight, std::int64_t tokens, PreparedActivations& prepared);
void preparePackedOrder(const PackedMatrix& weight, const ActivationView& x, std::int64_t firstToken,
    std::int64_t lastToken, PreparedActivations& prepared);

} // namespace kerf::kernels
