// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include <cblas.h>

#include "core/base/parallel.h"
#include "core/quantize/column_rounder.h"
#include "core/quantize/drift_target.h"
#include "core/quantize/methods.h"
#include "core/quantize/output_error.h"
#include "core/quantize/solving_method.h"

namespace kerf::core {
namespace {

constexpr float kFirstOrderShare = 0.1f; // FOEM's beta
constexpr double kDriftShare = 0.25; // GPTAQ's alpha

/// The matrices of the recursion as its papers write it: H⁻¹ = Uᵀ U, and GPTAQ's P (empty: none).
struct Recursion {
    Matrix inverse; ///< U, columns in the order of rounding
    Matrix drift; ///< P
    float firstOrder = 0; ///< FOEM's beta
};

void multiplyRows(const Matrix& left, bool transposed, const Matrix& right, Matrix& product)
{
    const auto size = static_cast<int>(right.rows());
    parallelFor(rowTiles(left.rows()), [&](std::int64_t index) {
        const std::int64_t first = index * kRowTile;
        const auto count = static_cast<int>(std::min(kRowTile, left.rows() - first));
        cblas_sgemm(CblasRowMajor, CblasNoTrans, transposed ? CblasTrans : CblasNoTrans, count, size, size, 1.0f,
            &left(first, 0), size, right.data(), size, 0.0f, &product(first, 0), size);
    });
}

Matrix inverseFactor(const FactorizedHessian& factor)
{
    const std::int64_t cols = factor.feedback.cols();
    Matrix inverse = Matrix::Identity(cols, cols);
    parallelFor(rowTiles(cols), [&](std::int64_t index) {
        const std::int64_t first = index * kRowTile, count = std::min(kRowTile, cols - first);
        cblas_strsm(CblasRowMajor, CblasRight, CblasUpper, CblasNoTrans, CblasUnit, static_cast<int>(count),
            static_cast<int>(cols), 1.0f, factor.feedback.data(), static_cast<int>(cols), &inverse(first, 0),
            static_cast<int>(cols));
        for (std::int64_t k = first; k < first + count; ++k)
            inverse.row(k) *= static_cast<float>(1.0 / std::sqrt(factor.pivots[k]));
    });
    return inverse;
}

// P = alpha triu(C Uᵀ, above the diagonal) U.
Matrix driftFeedback(const Matrix& drift, const FactorizedHessian& factor, const Matrix& inverse)
{
    const std::int64_t cols = drift.cols();
    Matrix ordered(cols, cols), product(cols, cols);
    for (std::int64_t k = 0; k < cols; ++k)
        for (std::int64_t j = 0; j < cols; ++j)
            ordered(k, j) = drift(factor.order[static_cast<std::size_t>(k)], factor.order[static_cast<std::size_t>(j)]);
    multiplyRows(ordered, true, inverse, product);
    for (std::int64_t k = 0; k < cols; ++k)
        product.row(k).head(k + 1).setZero();
    multiplyRows(product, false, inverse, ordered);
    return ordered * static_cast<float>(kDriftShare);
}

/// One tile of rows, its weights column by column in the order of rounding, moved as the recursion goes on.
class VariantTile {
public:
    VariantTile(const Matrix& weight, const FactorizedHessian& factor, const Recursion& recursion,
        const GroupParams& params, std::int64_t firstRow, QuantizedTensor& tensor)
        : m_factor(factor)
        , m_recursion(recursion)
        , m_tensor(tensor)
        , m_rounder(*tensor.format, params, tensor.shape, firstRow)
        , m_original(static_cast<std::size_t>(weight.cols() * kRowTile))
    {
        for (std::int64_t k = 0; k < weight.cols(); ++k)
            m_rounder.gather(weight, factor.order[static_cast<std::size_t>(k)], m_original.data() + k * kRowTile);
        m_moved = m_original;
    }

    void run(std::int64_t blockSize, const JobContext& job)
    {
        const std::int64_t cols = m_tensor.shape.cols;
        m_errors.resize(static_cast<std::size_t>(blockSize * kRowTile));
        m_before.resize(m_errors.size());
        for (std::int64_t first = 0; first < cols && !job.stopRequested(); first += blockSize) {
            const std::int64_t end = std::min(cols, first + blockSize);
            for (std::int64_t k = first; k < end; ++k)
                roundColumn(k, first, end);
            updateBehind(first, end);
        }
    }

private:
    void roundColumn(std::int64_t k, std::int64_t first, std::int64_t end)
    {
        const std::int64_t source = m_factor.order[static_cast<std::size_t>(k)];
        float* column = m_moved.data() + k * kRowTile;
        const float* original = m_original.data() + k * kRowTile;
        float* errors = m_errors.data() + (k - first) * kRowTile;
        // The column as it was before rounding: reading it afterwards would make the result depend on the block size.
        std::copy_n(column, kRowTile, m_before.data() + (k - first) * kRowTile);
        const float* rounded = m_rounder.round(source, column, m_codes.data());
        m_rounder.store(source, m_codes.data(), m_tensor);
        const float pivot = m_recursion.inverse(k, k), beta = m_recursion.firstOrder;
        for (std::int64_t r = 0; r < kRowTile; ++r)
            errors[r] = (rounded[r] - column[r] + beta * (column[r] - original[r])) / pivot;
        float* later = m_moved.data() + (k + 1) * kRowTile;
        addOuter(errors, &m_recursion.inverse(k, k) + 1, end - k - 1, later);
        if (m_recursion.drift.size() > 0)
            addOuter(m_before.data() + (k - first) * kRowTile, &m_recursion.drift(k, k) + 1, end - k - 1, later);
        shrinkDrift(k + 1, end, 1.0f - beta);
    }

    // FOEM's first-order term: what a column was moved by decays by the same factor at every step.
    void shrinkDrift(std::int64_t first, std::int64_t end, float factor)
    {
        if (factor == 1.0f)
            return;
        for (std::int64_t i = first * kRowTile; i < end * kRowTile; ++i) {
            const auto at = static_cast<std::size_t>(i);
            m_moved[at] = m_original[at] + factor * (m_moved[at] - m_original[at]);
        }
    }

    void updateBehind(std::int64_t first, std::int64_t end)
    {
        const std::int64_t cols = m_tensor.shape.cols, size = end - first;
        if (end == cols)
            return;
        const float kept = 1.0f - m_recursion.firstOrder;
        float factor = 1.0f;
        for (std::int64_t k = size - 1; k >= 0; --k) {
            factor *= kept;
            if (factor != 1.0f)
                std::for_each(m_errors.begin() + k * kRowTile, m_errors.begin() + (k + 1) * kRowTile,
                    [&](float& error) { error *= factor; });
        }
        shrinkDrift(end, cols, factor);
        float* behind = m_moved.data() + end * kRowTile;
        multiplyTile(true, cols - end, size, &m_recursion.inverse(first, end), cols, m_errors.data(), true, behind);
        if (m_recursion.drift.size() > 0)
            multiplyTile(true, cols - end, size, &m_recursion.drift(first, end), cols, m_before.data(), true, behind);
    }

    const FactorizedHessian& m_factor;
    const Recursion& m_recursion;
    QuantizedTensor& m_tensor;
    ColumnRounder m_rounder;
    std::vector<float> m_original, m_moved, m_errors, m_before;
    std::array<std::uint8_t, kRowTile> m_codes {};
};

/// FOEM and GPTAQ, for comparison: GPTQ's recursion with one term more. Independent of the block size.
class VariantMethod : public SolvingMethod {
protected:
    virtual Recursion recursionOf(const SolveInput& input) const = 0;

    Result<Candidate> solve(const SolveInput& input, const JobContext& job) const override
    {
        const LayerProblem& problem = input.problem;
        const Recursion recursion = recursionOf(input);
        KERF_TRY(Candidate best, solveWith(input, recursion, input.minMax, job));
        if (!problem.settings.flag(kScaleSearch))
            return best;
        const Matrix& hessian = problem.statistics->hessian;
        KERF_TRY(Candidate searched,
            solveWith(input, recursion, searchedParams(problem.weight, *problem.format, hessian.diagonal(), job), job));
        KERF_TRY(const double error, outputError(input.target, best.tensor, hessian, job));
        KERF_TRY(const double searchedError, outputError(input.target, searched.tensor, hessian, job));
        return searchedError < error ? std::move(searched) : std::move(best);
    }

private:
    static Result<Candidate> solveWith(
        const SolveInput& input, const Recursion& recursion, GroupParams params, const JobContext& job)
    {
        const Matrix& weight = input.problem.weight;
        QuantizedTensor tensor = emptyTensor({ weight.rows(), weight.cols() }, input.problem.format, params);
        parallelFor(rowTiles(weight.rows()), [&](std::int64_t index) {
            VariantTile tile(weight, input.factor, recursion, params, index * kRowTile, tensor);
            tile.run(input.problem.settings.count("block_size"), job);
        });
        KERF_CHECK(job.checkStop());
        return Candidate { std::move(tensor), std::move(params) };
    }
};

class FoemMethod final : public VariantMethod {
public:
    const std::string& name() const override { return m_name; }
    const std::string& summary() const override { return m_summary; }

protected:
    Recursion recursionOf(const SolveInput& input) const override
    {
        return { inverseFactor(input.factor), Matrix(), kFirstOrderShare };
    }

private:
    std::string m_name = "foem";
    std::string m_summary
        = "FOEM (Zheng et al., 2025): GPTQ that also pulls the weights it has moved back to where they were.";
};

class GptaqMethod final : public VariantMethod {
public:
    const std::string& name() const override { return m_name; }
    const std::string& summary() const override { return m_summary; }
    bool usesDrift(const MethodSettings&) const override { return true; }

protected:
    // What GPTAQ aims at: the output of the original layer on the original inputs.
    Result<Matrix> targetOf(const LayerProblem& problem, const FactorizedHessian& factor, LayerReport& report,
        const JobContext& job) const override
    {
        if (!problem.drift)
            return Matrix();
        report.driftShare = kDriftShare;
        KERF_TRY(const Matrix correction, driftCorrection(problem.weight, problem.drift->drift, factor, job));
        return Matrix(problem.weight + correction);
    }
    Recursion recursionOf(const SolveInput& input) const override
    {
        Recursion recursion { inverseFactor(input.factor), Matrix(), 0 };
        if (input.problem.drift)
            recursion.drift = driftFeedback(input.problem.drift->drift, input.factor, recursion.inverse);
        return recursion;
    }

private:
    std::string m_name = "gptaq";
    std::string m_summary
        = "GPTAQ (Li et al., 2025): GPTQ that in sequential mode also makes good what the quantized layers before have "
          "changed in its inputs.";
};

} // namespace

const Method& foemMethod()
{
    static const FoemMethod method;
    return method;
}

const Method& gptaqMethod()
{
    static const GptaqMethod method;
    return method;
}

} // namespace kerf::core
