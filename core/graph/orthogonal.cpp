// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/orthogonal.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include <Eigen/QR>

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "kernels/hadamard.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kRowTile = 32;
constexpr std::int64_t kLargestCore = kernels::kMaxBlocks; // a row costs n * K: beyond it a dense one is no dearer

bool isPrime(std::int64_t n)
{
    if (n < 2)
        return false;
    for (std::int64_t d = 2; d * d <= n; ++d)
        if (n % d == 0)
            return false;
    return true;
}

/// Quadratic character of a prime field: 0, 1 for squares, -1 for the others.
std::vector<int> quadraticCharacter(std::int64_t prime)
{
    std::vector<int> character(static_cast<std::size_t>(prime), -1);
    character[0] = 0;
    for (std::int64_t i = 1; i < prime; ++i)
        character[static_cast<std::size_t>(i * i % prime)] = 1;
    return character;
}

/// Paley's conference matrix of order q + 1: zero diagonal, C Cᵀ = q I; skew for q = 3 mod 4, symmetric for 1 mod 4.
MatrixD conferenceMatrix(std::int64_t prime)
{
    const std::vector<int> character = quadraticCharacter(prime);
    MatrixD c = MatrixD::Zero(prime + 1, prime + 1);
    c.row(0).tail(prime).setOnes();
    c.col(0).tail(prime).setConstant(prime % 4 == 3 ? -1.0 : 1.0);
    for (std::int64_t i = 0; i < prime; ++i)
        for (std::int64_t j = 0; j < prime; ++j)
            c(i + 1, j + 1) = character[static_cast<std::size_t>((i - j + prime) % prime)];
    return c;
}

/// A Hadamard matrix of an order that is no multiple of 8, by Paley (1933); order 1 for powers of two.
std::optional<MatrixD> paleyCore(std::int64_t order)
{
    if (order == 1)
        return MatrixD::Ones(1, 1);
    if (order % 4 != 0 || order > kLargestCore)
        return {};
    if (isPrime(order - 1)) { // 3 mod 4
        MatrixD h = conferenceMatrix(order - 1);
        h.diagonal().setOnes();
        return h;
    }
    const std::int64_t half = order / 2;
    if (!isPrime(half - 1) || (half - 1) % 4 != 1)
        return {};
    const MatrixD c = conferenceMatrix(half - 1);
    const MatrixD identity = MatrixD::Identity(half, half);
    MatrixD h(order, order);
    h << c + identity, c - identity, c - identity, -c - identity;
    return h;
}

/// The K of size = K 2^m: the least one that there is a matrix of.
std::optional<MatrixD> hadamardCore(std::int64_t size)
{
    std::int64_t odd = size;
    while (odd % 2 == 0)
        odd /= 2;
    for (std::int64_t order = odd; size % order == 0 && order <= kLargestCore; order *= 2)
        if (auto core = paleyCore(order))
            return core;
    return {};
}

MatrixD randomOrthogonal(std::int64_t size, CounterRng& rng)
{
    MatrixD normal(size, size);
    for (std::int64_t i = 0; i < normal.size(); ++i)
        normal.data()[i] = rng.normal();
    const Eigen::HouseholderQR<MatrixD> qr(normal);
    MatrixD q = qr.householderQ();
    for (std::int64_t j = 0; j < size; ++j) // unique and uniformly distributed: R with a positive diagonal
        if (qr.matrixQR()(j, j) < 0)
            q.col(j) = -q.col(j);
    return q;
}

/// The Walsh-Hadamard transform of `count` values, unnormalized.
void walsh(double* x, std::int64_t count)
{
    for (std::int64_t width = 1; width < count; width *= 2)
        for (std::int64_t first = 0; first < count; first += 2 * width)
            for (std::int64_t i = first; i < first + width; ++i) {
                const double a = x[i], b = x[i + width];
                x[i] = a + b;
                x[i + width] = a - b;
            }
}

} // namespace

bool Orthogonal::isHadamardSize(std::int64_t size)
{
    return size > 0 && hadamardCore(size).has_value();
}

std::shared_ptr<const Orthogonal> Orthogonal::random(std::int64_t size, std::uint64_t seed, std::uint64_t stream)
{
    auto result = std::shared_ptr<Orthogonal>(new Orthogonal);
    result->m_size = size;
    CounterRng rng(seed, stream);
    if (auto core = hadamardCore(size)) {
        result->m_isHadamard = true;
        result->m_core = std::move(*core);
        result->m_signs.resize(size);
        for (std::int64_t i = 0; i < size; ++i)
            result->m_signs[i] = rng.below(2) == 0 ? 1.0 : -1.0;
        result->m_floatSigns = (result->m_signs / std::sqrt(static_cast<double>(size))).cast<float>();
        result->m_floatCore = result->m_core.cast<float>();
    } else {
        result->m_core = randomOrthogonal(size, rng);
    }
    return result;
}

void Orthogonal::applyRow(double* row, bool transposed, double* scratch) const
{
    Eigen::Map<VectorD> x(row, m_size);
    Eigen::Map<VectorD> y(scratch, m_size);
    if (!m_isHadamard) {
        if (transposed)
            y.noalias() = m_core * x;
        else
            y.noalias() = m_core.transpose() * x;
        x = y;
        return;
    }
    if (!transposed)
        x.array() *= m_signs.array();
    const std::int64_t order = m_core.rows(), inner = m_size / order;
    for (std::int64_t k = 0; k < order; ++k)
        walsh(row + k * inner, inner);
    if (order > 1) {
        const Eigen::Map<const MatrixD> from(row, order, inner);
        Eigen::Map<MatrixD> to(scratch, order, inner);
        if (transposed)
            to.noalias() = m_core * from;
        else
            to.noalias() = m_core.transpose() * from;
        x = y;
    }
    x /= std::sqrt(static_cast<double>(m_size));
    if (transposed)
        x.array() *= m_signs.array();
}

void Orthogonal::apply(Eigen::Ref<MatrixD, 0, Eigen::OuterStride<>> rows, bool transposed) const
{
    parallelFor((rows.rows() + kRowTile - 1) / kRowTile, [&](std::int64_t tile) {
        std::vector<double> scratch(static_cast<std::size_t>(m_size));
        const std::int64_t end = std::min<std::int64_t>(rows.rows(), (tile + 1) * kRowTile);
        for (std::int64_t row = tile * kRowTile; row < end; ++row)
            applyRow(rows.row(row).data(), transposed, scratch.data());
    });
}

void Orthogonal::applyToActivations(std::span<float> row) const
{
    Eigen::Map<Vector> x(row.data(), m_size);
    x.array() *= m_floatSigns.array();
    const std::int64_t order = m_floatCore.rows(), inner = m_size / order;
    for (std::int64_t k = 0; k < order; ++k)
        kernels::walshHadamard(row.subspan(static_cast<std::size_t>(k * inner), static_cast<std::size_t>(inner)));
    if (order > 1)
        kernels::mixBlocks(
            { m_floatCore.data(), static_cast<std::size_t>(m_floatCore.size()) }, static_cast<std::size_t>(order), row);
}

MatrixD Orthogonal::matrix() const
{
    MatrixD result = MatrixD::Identity(m_size, m_size);
    apply(result, false);
    return result;
}

} // namespace kerf::core
