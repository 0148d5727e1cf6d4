// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "core/base/matrix.h"

namespace kerf::core {

/// An orthogonal matrix Q of size n, in double. Where n = K 2^m with a Hadamard matrix of order K by Paley's
/// constructions (K = 1, 4, 8, 12, 20, 28, 36, 44, 60, …) it is diag(±1) (H_K ⊗ H_2 ⊗ … ⊗ H_2) / √n and never stored;
/// otherwise a matrix from the QR factorization of normal numbers (Ashkboos et al., QuaRot, arXiv 2404.00456,
/// section 3.1). The same size and seed give the same matrix.
class Orthogonal {
public:
    /// Random signs from the seed. @pre size > 0
    static std::shared_ptr<const Orthogonal> random(std::int64_t size, std::uint64_t seed, std::uint64_t stream);
    /// Whether a size has a Hadamard form.
    static bool isHadamardSize(std::int64_t size);

    std::int64_t size() const { return m_size; }
    /// rows[i] <- rows[i] Q, or rows[i] Qᵀ; in place, any number of rows of `size` columns. Rows in parallel; the
    /// Hadamard form takes O(n (K + log n)) a row, the dense one O(n²).
    void apply(Eigen::Ref<MatrixD, 0, Eigen::OuterStride<>> rows, bool transposed) const;
    /// row <- row Q in float32, for activations while a network runs. A row depends on nothing but itself.
    /// @pre the size has a Hadamard form
    void applyToActivations(std::span<float> row) const;
    MatrixD matrix() const;

private:
    Orthogonal() = default;
    void applyRow(double* row, bool transposed, double* scratch) const;

    std::int64_t m_size = 0;
    VectorD m_signs; ///< Hadamard form
    MatrixD m_core; ///< H_K, entries ±1; or the whole matrix when there is no Hadamard form
    bool m_isHadamard = false;
    Vector m_floatSigns; ///< signs / √n, and H_K, for activations
    Matrix m_floatCore;
};

} // namespace kerf::core
