// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/task/divergence.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "core/base/parallel.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kRowTile = 16;

using Row = Eigen::Map<const Eigen::ArrayXf>;

/// exp(logits - max), its sum and the logarithm of the whole sum.
struct Exponentials {
    Eigen::ArrayXf values;
    double sum = 0;
    double logSum = 0;
    Eigen::Index top = 0;

    explicit Exponentials(const Row& logits)
    {
        const float largest = logits.maxCoeff(&top);
        values = (logits - largest).exp();
        sum = values.cast<double>().sum();
        logSum = static_cast<double>(largest) + std::log(sum);
    }
};

template <class Body> void forEachRow(std::int64_t rows, const Body& body)
{
    parallelFor((rows + kRowTile - 1) / kRowTile, [&](std::int64_t tile) {
        for (std::int64_t row = tile * kRowTile; row < std::min(rows, (tile + 1) * kRowTile); ++row)
            body(row);
    });
}

Row rowOf(const MatrixRef& logits, std::int64_t row)
{
    return { logits.data() + row * logits.outerStride(), logits.cols() };
}

} // namespace

std::vector<TokenDivergence> rowDivergence(const MatrixRef& reference, const MatrixRef& candidate)
{
    assert(reference.rows() == candidate.rows() && reference.cols() == candidate.cols());
    std::vector<TokenDivergence> tokens(static_cast<std::size_t>(reference.rows()));
    forEachRow(reference.rows(), [&](std::int64_t row) {
        const Row p = rowOf(reference, row), q = rowOf(candidate, row);
        const Exponentials expected(p), got(q);
        const double gap = (expected.values.cast<double>() * (p.cast<double>() - q.cast<double>())).sum();
        tokens[static_cast<std::size_t>(row)] = { std::max(gap / expected.sum - expected.logSum + got.logSum, 0.0),
            expected.top == got.top, expected.logSum, got.logSum };
    });
    return tokens;
}

std::vector<double> klDivergences(const Matrix& original, const Matrix& candidate)
{
    std::vector<double> result;
    result.reserve(static_cast<std::size_t>(original.rows()));
    for (const TokenDivergence& row : rowDivergence(original, candidate))
        result.push_back(row.kld);
    return result;
}

double cosineDistance(std::span<const float> a, std::span<const float> b)
{
    assert(a.size() == b.size());
    double product = 0, first = 0, second = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        product += static_cast<double>(a[i]) * static_cast<double>(b[i]);
        first += static_cast<double>(a[i]) * static_cast<double>(a[i]);
        second += static_cast<double>(b[i]) * static_cast<double>(b[i]);
    }
    if (first == 0 || second == 0)
        return first == second ? 0 : 1;
    return std::max(1 - product / std::sqrt(first * second), 0.0);
}

std::vector<double> cosineDistances(const Matrix& a, const Matrix& b)
{
    std::vector<double> distances;
    for (Eigen::Index row = 0; row < a.rows(); ++row)
        distances.push_back(cosineDistance(rowSpan(a, row), rowSpan(b, row)));
    return distances;
}

std::span<const float> rowSpan(const Matrix& matrix, Eigen::Index row)
{
    return { matrix.data() + row * matrix.cols(), static_cast<std::size_t>(matrix.cols()) };
}

VectorD logSumExp(const MatrixRef& logits)
{
    VectorD sums(logits.rows());
    forEachRow(logits.rows(), [&](std::int64_t row) { sums[row] = Exponentials(rowOf(logits, row)).logSum; });
    return sums;
}

} // namespace kerf::core
