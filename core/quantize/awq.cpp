// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <span>
#include <vector>

#include <cblas.h>
#include <fmt/format.h>

#include "core/base/parallel.h"
#include "core/quantize/group_params.h"
#include "core/quantize/methods.h"
#include "core/quantize/output_error.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kRowTile = 64;
constexpr int kClipSteps = 10; // bounds 1, 0.95, … 0.55 of the largest magnitude

/// Rows of one group of columns while their bound is searched.
struct GroupTile {
    Matrix values; ///< [rows, group size]
    Matrix hessian; ///< of these columns
    std::vector<float> scales, zeros; ///< of each row, the best so far
    VectorD errors; ///< of each row, with them
};

/// Parameters of a row's group when its values are cut to ±bound.
void clippedParams(const Format& format, std::span<const float> values, float bound, float& scale, float& zero)
{
    std::vector<float> clipped(values.size());
    std::transform(values.begin(), values.end(), clipped.begin(),
        [bound](float value) { return std::clamp(value, -bound, bound); });
    format.chooseParams(clipped, scale, zero);
}

/// dᵀ H d of each row, d what rounding under these parameters leaves.
VectorD rowErrors(
    const Format& format, const GroupTile& tile, const std::vector<float>& scales, const std::vector<float>& zeros)
{
    const auto rows = tile.values.rows(), cols = tile.values.cols();
    const auto count = static_cast<std::size_t>(cols);
    Matrix change(rows, cols), product(rows, cols);
    std::vector<std::uint8_t> codes(count);
    std::vector<float> rowScales(count), rowZeros(format.zeroKind() == ZeroKind::None ? 0 : count);
    for (Eigen::Index row = 0; row < rows; ++row) {
        std::fill(rowScales.begin(), rowScales.end(), scales[static_cast<std::size_t>(row)]);
        std::fill(rowZeros.begin(), rowZeros.end(), zeros[static_cast<std::size_t>(row)]);
        format.quantize(
            { tile.values.row(row).data(), count }, rowScales, rowZeros, codes, { change.row(row).data(), count });
    }
    change -= tile.values;
    cblas_ssymm(CblasRowMajor, CblasRight, CblasUpper, static_cast<int>(rows), static_cast<int>(cols), 1.0f,
        tile.hessian.data(), static_cast<int>(cols), change.data(), static_cast<int>(cols), 0.0f, product.data(),
        static_cast<int>(cols));
    return change.cast<double>().cwiseProduct(product.cast<double>()).rowwise().sum();
}

void searchBounds(const Format& format, GroupTile& tile)
{
    const auto rows = static_cast<std::size_t>(tile.values.rows());
    const auto count = static_cast<std::size_t>(tile.values.cols());
    std::vector<float> scales(rows), zeros(rows);
    for (int step = 0; step < kClipSteps; ++step) {
        const float share = 1.0f - static_cast<float>(step) / (2 * kClipSteps);
        for (std::size_t row = 0; row < rows; ++row) {
            const auto values = tile.values.row(static_cast<Eigen::Index>(row));
            clippedParams(
                format, { values.data(), count }, values.cwiseAbs().maxCoeff() * share, scales[row], zeros[row]);
        }
        const VectorD errors = rowErrors(format, tile, scales, zeros);
        for (std::size_t row = 0; row < rows; ++row) {
            const auto at = static_cast<Eigen::Index>(row);
            if (step > 0 && !(errors[at] < tile.errors[at]))
                continue;
            if (step == 0 && row == 0)
                tile.errors = errors;
            tile.errors[at] = errors[at];
            tile.scales[row] = scales[row];
            tile.zeros[row] = zeros[row];
        }
    }
}

/// The bound of each (row, group) with the least mean of (Σ_j x_j (Q(clamp(w)) - w)_j)² over the calibration tokens, j
/// in the group: exactly the quadratic form of the Hessian's block of these columns. Not clipping stays on ties.
GroupParams clippedGroupParams(
    const MatrixRef& weight, const Format& format, const Matrix& hessian, const JobContext& job)
{
    const std::int64_t size = format.groupSize(weight.cols()), groups = weight.cols() / size;
    const std::int64_t tiles = (weight.rows() + kRowTile - 1) / kRowTile;
    const bool hasZeros = format.zeroKind() != ZeroKind::None;
    GroupParams params { Matrix(groups, weight.rows()), hasZeros ? Matrix(groups, weight.rows()) : Matrix() };
    parallelFor(groups * tiles, [&](std::int64_t index) {
        if (job.stopRequested())
            return;
        const std::int64_t g = index / tiles, first = index % tiles * kRowTile;
        const std::int64_t rows = std::min(kRowTile, weight.rows() - first);
        GroupTile tile { weight.block(first, g * size, rows, size), hessian.block(g * size, g * size, size, size),
            std::vector<float>(static_cast<std::size_t>(rows)), std::vector<float>(static_cast<std::size_t>(rows)),
            VectorD() };
        searchBounds(format, tile);
        for (std::int64_t row = 0; row < rows; ++row) {
            params.scales(g, first + row) = tile.scales[static_cast<std::size_t>(row)];
            if (hasZeros)
                params.zeros(g, first + row) = tile.zeros[static_cast<std::size_t>(row)];
        }
    });
    if (!job.stopRequested())
        format.snapParams({ weight.rows(), weight.cols() }, params, {});
    return params;
}

class AwqMethod final : public Method {
public:
    const std::string& name() const override { return m_name; }
    const std::string& summary() const override { return m_summary; }
    bool needsStatistics() const override { return true; }

    Result<LayerResult> quantize(const LayerProblem& problem, const JobContext& job) const override
    {
        const auto start = std::chrono::steady_clock::now();
        KERF_CHECK(checkProblem(problem, m_name));
        if (!problem.statistics)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{}: awq needs calibration statistics. Give calibration texts, or use rtn.", problem.name));
        const Matrix& hessian = problem.statistics->hessian;
        const GroupParams plain = minMaxParams(problem.weight, *problem.format);
        const GroupParams clipped = clippedGroupParams(problem.weight, *problem.format, hessian, job);
        KERF_CHECK(job.checkStop());
        QuantizedTensor rtn = roundWeight(problem.weight, problem.format, plain);
        QuantizedTensor found = roundWeight(problem.weight, problem.format, clipped);
        KERF_TRY(const double energy, outputEnergy(problem.weight, hessian, job));
        KERF_TRY(const double rtnError, outputError(problem.weight, rtn, hessian, job));
        KERF_TRY(const double error, outputError(problem.weight, found, hessian, job));
        const bool isBetter = error <= rtnError;
        LayerReport report = reportOn(problem, *this, isBetter ? found : rtn);
        report.rtnRelativeError = errorRatio(rtnError, energy);
        noteStatistics(problem, report.fallbacks);
        report.relativeError = isBetter ? errorRatio(error, energy) : report.rtnRelativeError;
        if (!isBetter)
            report.fallbacks.push_back({ "rtn_instead",
                fmt::format("relative error {:.6g} of clipping is above {:.6g} of RTN", errorRatio(error, energy),
                    report.rtnRelativeError) });
        noteClampedScales(*problem.format, isBetter ? clipped : plain, report.fallbacks);
        report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return LayerResult { std::move(isBetter ? found : rtn), std::move(report) };
    }

private:
    std::string m_name = "awq";
    std::string m_summary
        = "AWQ's clipping: cuts the few largest weights of a group where that lowers the error of its "
          "outputs, then rounds to nearest (Lin et al. 2023); its scales are the transform awq.";
};

} // namespace

const Method& awqMethod()
{
    static const AwqMethod method;
    return method;
}

} // namespace kerf::core
