// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/base/matrix.h"

namespace kerf::core {

/// sum += Σ a_t b_tᵀ over the tokens t, [a.cols(), b.cols()], or of the blocks on its diagonal alone, one below the
/// other, when the sum is narrower: float32 products of a few hundred tokens, whose sums go on in double. Tiles in
/// parallel, same bits for any thread count.
void addProducts(const MatrixRef& a, const MatrixRef& b, MatrixD& sum);

/// The same for a = b = x; fills the tiles on and above the diagonal only.
void addSquares(const MatrixRef& x, MatrixD& sum);

} // namespace kerf::core
