// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/series_metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "core/evaluate/label_metrics.h"

namespace kerf::core {
namespace {

/// The root of a mean of which each window gives one part.
LabelMetric rootMetric(std::string name, const std::vector<double>& squares)
{
    double sum = 0;
    for (const double square : squares)
        sum += square;
    const auto count = static_cast<double>(squares.size());
    return resampledMetric(
        std::move(name), squares.size(),
        [&](std::span<const std::size_t> items) {
            double some = 0;
            for (const std::size_t item : items)
                some += squares[item];
            return std::sqrt(some / static_cast<double>(items.size()));
        },
        [&](std::size_t item) { return std::sqrt(std::max(0.0, sum - squares[item]) / (count - 1)); });
}

/// Errors of some steps of every window.
class WindowErrors {
public:
    WindowErrors(const MatrixRef& found, const SeriesTruth& truth)
        : m_found(found)
        , m_truth(truth)
    {
    }
    /// Mean over the steps [first, end) and all columns of what `each` makes of an error and its column.
    template <class Each> std::vector<double> means(std::int64_t first, std::int64_t end, const Each& each) const
    {
        std::vector<double> means;
        for (std::int64_t window = 0; window < m_found.rows(); ++window) {
            double sum = 0;
            for (std::int64_t i = first * m_truth.columns; i < end * m_truth.columns; ++i)
                sum += each(static_cast<double>(m_found(window, i)) - static_cast<double>(m_truth.expected(window, i)),
                    static_cast<std::size_t>(i % m_truth.columns));
            means.push_back(sum / static_cast<double>((end - first) * m_truth.columns));
        }
        return means;
    }
    void append(
        std::vector<LabelMetric>& metrics, std::int64_t first, std::int64_t end, const std::string& ending) const
    {
        const auto square = [](double error, std::size_t) { return error * error; };
        metrics.push_back(rootMetric("rmse" + ending, means(first, end, square)));
        metrics.push_back(
            meanMetric("mae" + ending, means(first, end, [](double error, std::size_t) { return std::abs(error); })));
        if (m_truth.deviations.empty())
            return;
        metrics.push_back(rootMetric("rmse_relative" + ending, means(first, end, [&](double error, std::size_t column) {
            return error * error / (m_truth.deviations[column] * m_truth.deviations[column]);
        })));
    }

private:
    const MatrixRef& m_found;
    const SeriesTruth& m_truth;
};

Status checkShapes(const MatrixRef& found, const SeriesTruth& truth)
{
    const MatrixRef& expected = truth.expected;
    if (found.rows() == 0 || found.rows() != expected.rows() || found.cols() != expected.cols() || truth.columns < 1
        || found.cols() % truth.columns != 0 || found.cols() == 0)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("Forecasts of [{}, {}] are measured against [{}, {}] with {} columns a step.", found.rows(),
                found.cols(), expected.rows(), expected.cols(), truth.columns));
    const auto columns = static_cast<std::size_t>(truth.columns);
    if (!truth.deviations.empty()
        && (truth.deviations.size() != columns
            || !std::ranges::all_of(truth.deviations, [](double deviation) { return deviation > 0; })))
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "Errors are measured in deviations of {} columns, which are above 0: a column that never changes has "
                "none.",
                columns));
    for (std::int64_t window = 0; window < found.rows(); ++window)
        if (!found.row(window).allFinite() || !expected.row(window).allFinite())
            return fail(
                ErrorCode::Numerical, fmt::format("The forecast of window {} or its truth is not finite.", window));
    return {};
}

} // namespace

std::vector<double> deviationsOf(const MatrixRef& expected, std::int64_t columns)
{
    std::vector<double> deviations;
    const std::int64_t steps = expected.cols() / columns;
    const auto count = static_cast<double>(expected.rows() * steps);
    for (std::int64_t column = 0; column < columns; ++column) {
        double mean = 0, square = 0;
        for (std::int64_t row = 0; row < expected.rows(); ++row)
            for (std::int64_t step = 0; step < steps; ++step)
                mean += expected(row, step * columns + column) / count;
        for (std::int64_t row = 0; row < expected.rows(); ++row)
            for (std::int64_t step = 0; step < steps; ++step)
                square += std::pow(expected(row, step * columns + column) - mean, 2) / count;
        deviations.push_back(std::sqrt(square));
    }
    return deviations;
}

Result<std::vector<LabelMetric>> seriesMetrics(const MatrixRef& found, const SeriesTruth& truth)
{
    KERF_CHECK(checkShapes(found, truth));
    const WindowErrors errors(found, truth);
    const std::int64_t steps = found.cols() / truth.columns;
    std::vector<LabelMetric> metrics;
    errors.append(metrics, 0, steps, "");
    for (std::int64_t step = 0; step < steps && steps > 1; ++step)
        errors.append(metrics, step, step + 1, fmt::format("_step_{}", step + 1));
    return metrics;
}

Result<std::vector<double>> relativeErrorByStep(std::span<const Matrix> found, std::span<const Matrix> original)
{
    if (found.size() != original.size())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} steps are compared with {} of the original.", found.size(), original.size()));
    std::vector<double> errors;
    for (std::size_t step = 0; step < found.size(); ++step) {
        if (found[step].rows() != original[step].rows() || found[step].cols() != original[step].cols())
            return fail(
                ErrorCode::InvalidArgument, fmt::format("Step {} has another shape than the original's.", step + 1));
        const double apart = (found[step].cast<double>() - original[step].cast<double>()).squaredNorm();
        const double size = original[step].cast<double>().squaredNorm();
        if (size > 0)
            errors.push_back(std::sqrt(apart / size));
        else
            errors.push_back(apart > 0 ? std::numeric_limits<double>::infinity() : 0);
    }
    return errors;
}

} // namespace kerf::core
