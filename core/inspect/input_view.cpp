// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/inspect/input_view.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <Eigen/Eigenvalues>
#include <Eigen/QR>

#include "core/base/blas.h"
#include "core/base/random.h"
#include "core/base/sample_mean.h"

extern "C" void dsyevd_(const char* job, const char* triangle, const int* size, double* matrix, const int* stride,
    double* values, double* work, const int* workSize, int* whole, const int* wholeSize, int* info);

namespace kerf::core {
namespace {

constexpr int kSpare = 16; ///< directions beside those that are wanted, so that the last of these converge
constexpr int kMostIterations = 40;
constexpr double kTolerance = 1e-3; ///< of the largest eigenvalue
constexpr std::uint64_t kSeed = 1;

std::vector<double> alive(const Vector& absMax, const VectorD& factors)
{
    std::vector<double> values;
    for (Eigen::Index j = 0; j < absMax.size(); ++j)
        if (absMax[j] > 0)
            values.push_back(static_cast<double>(absMax[j]) / factors[j]);
    return values;
}

Result<std::vector<double>> allEigenvalues(const Matrix& hessian)
{
    prepareBlas();
    MatrixD copy = hessian.cast<double>();
    const auto size = static_cast<int>(copy.rows());
    std::vector<double> values(static_cast<std::size_t>(size));
    const int workSize = 2 * size + 1, wholeSize = 1;
    std::vector<double> work(static_cast<std::size_t>(std::max(workSize, 64 * size)));
    const auto given = static_cast<int>(work.size());
    int whole = 0, info = 0;
    dsyevd_("N", "L", &size, copy.data(), &size, values.data(), work.data(), &given, &whole, &wholeSize, &info);
    if (info != 0)
        return fail(ErrorCode::Numerical, "The eigenvalues of the Hessian could not be computed.");
    std::ranges::reverse(values);
    return values;
}

/// Columns of Gaussian numbers, the same each time.
Matrix startDirections(Eigen::Index rows, Eigen::Index columns)
{
    CounterRng random(kSeed);
    Matrix directions(rows, columns);
    for (Eigen::Index i = 0; i < directions.size(); ++i)
        directions.data()[i] = static_cast<float>(random.normal());
    return directions;
}

Matrix orthonormal(const Matrix& directions)
{
    const Eigen::HouseholderQR<Matrix> factors(directions);
    return factors.householderQ() * Matrix::Identity(directions.rows(), directions.cols());
}

Result<std::vector<double>> largestEigenvalues(const Matrix& hessian, const JobContext& job)
{
    prepareBlas();
    Matrix basis = orthonormal(startDirections(hessian.rows(), kLargestValues + kSpare));
    std::vector<double> values(kLargestValues, 0.0);
    for (int iteration = 0; iteration < kMostIterations; ++iteration) {
        KERF_CHECK(job.checkStop());
        const Matrix image = hessian * basis;
        const MatrixD ritz = (basis.transpose() * image).cast<double>();
        const VectorD found = Eigen::SelfAdjointEigenSolver<MatrixD>(ritz, Eigen::EigenvaluesOnly).eigenvalues();
        double change = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const double value = found[found.size() - 1 - static_cast<Eigen::Index>(i)];
            change = std::max(change, std::abs(value - values[i]));
            values[i] = value;
        }
        if (change <= kTolerance * values.front())
            break;
        basis = orthonormal(image);
    }
    return values;
}

} // namespace

double InputView::largestRatio() const
{
    return median > 0 ? static_cast<double>(absMax.maxCoeff()) / median : 0;
}

InputView viewInputs(const SiteStatistics& statistics)
{
    InputView view;
    view.tokens = statistics.tokens;
    view.absMax = statistics.absMax;
    view.diagonal = statistics.diagonal();
    view.trace = view.diagonal.cast<double>().sum();
    const std::vector<double> values = alive(view.absMax, VectorD::Ones(view.absMax.size()));
    view.median = values.empty() ? 0 : median(values);
    double onOutliers = 0;
    for (Eigen::Index j = 0; j < view.absMax.size(); ++j) {
        if (!(view.absMax[j] > 0))
            view.dead.push_back(j);
        else if (view.ratio(j) > kOutlierRatio) {
            view.outliers.push_back(j);
            onOutliers += static_cast<double>(view.diagonal[j]);
        }
    }
    view.outlierShare = view.trace > 0 ? onOutliers / view.trace : 0;
    return view;
}

double ratioAfter(const InputView& inputs, const VectorD& factors)
{
    const std::vector<double> values = alive(inputs.absMax, factors);
    return values.empty() ? 0 : std::ranges::max(values) / median(values);
}

double Spectrum::share(std::size_t count) const
{
    const auto end = values.begin() + static_cast<std::ptrdiff_t>(std::min(count, values.size()));
    return trace > 0 ? std::accumulate(values.begin(), end, 0.0) / trace : 0;
}

Result<Spectrum> spectrumOf(const Matrix& hessian, const JobContext& job)
{
    if (!hessian.allFinite())
        return fail(ErrorCode::Numerical, "The Hessian holds values that are not finite.");
    KERF_CHECK(job.checkStop());
    Spectrum spectrum;
    const Eigen::Index cols = hessian.cols(), groups = cols > 0 ? hessian.rows() / cols : 0;
    spectrum.isWhole = cols <= kWholeSpectrum;
    for (Eigen::Index group = 0; group < groups; ++group) { // eigenvalues of a matrix of blocks are those of the blocks
        KERF_CHECK(job.checkStop());
        const Matrix block = hessian.middleRows(group * cols, cols);
        spectrum.trace += block.diagonal().cast<double>().sum();
        KERF_TRY(const std::vector<double> values,
            spectrum.isWhole ? allEigenvalues(block) : largestEigenvalues(block, job));
        spectrum.values.insert(spectrum.values.end(), values.begin(), values.end());
    }
    std::ranges::sort(spectrum.values, std::greater<>());
    return spectrum;
}

} // namespace kerf::core
