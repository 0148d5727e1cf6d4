// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/class_ranks.h"

#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/evaluate/label_metrics.h"
#include "core/evaluate/rank_correlation.h"

namespace kerf::core {
namespace {

std::span<const float> rowOf(const MatrixRef& matrix, std::int64_t row)
{
    return { matrix.row(row).data(), static_cast<std::size_t>(matrix.cols()) };
}

std::int64_t answerOf(std::span<const float> logits)
{
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(logits.size()); ++i)
        if (rankOfClass(logits, i) == 0)
            return i;
    return 0;
}

/// @param names of the shares with a rank below 1 and below 5
std::vector<LabelMetric> sharesOf(
    const MatrixRef& logits, std::span<const std::int64_t> labels, std::array<const char*, 2> names)
{
    std::vector<double> first, firstFive;
    for (std::int64_t row = 0; row < logits.rows(); ++row) {
        const std::int64_t rank = rankOfClass(rowOf(logits, row), labels[static_cast<std::size_t>(row)]);
        first.push_back(rank < 1 ? 1 : 0);
        firstFive.push_back(rank < 5 ? 1 : 0);
    }
    std::vector<LabelMetric> metrics { meanMetric(names[0], std::move(first)) };
    if (logits.cols() > 5)
        metrics.push_back(meanMetric(names[1], std::move(firstFive)));
    return metrics;
}

/// Area under the ROC curve of some items; NaN where all are of one kind.
double areaUnderCurve(std::span<const double> probabilities, std::span<const std::int64_t> labels)
{
    const std::vector<double> ranks = ranksOf(probabilities);
    double yes = 0, sum = 0;
    for (std::size_t i = 0; i < labels.size(); ++i)
        if (labels[i] == 1) {
            ++yes;
            sum += ranks[i];
        }
    const double no = static_cast<double>(labels.size()) - yes;
    return yes > 0 && no > 0 ? (sum - yes * (yes + 1) / 2) / (yes * no) : std::numeric_limits<double>::quiet_NaN();
}

LabelMetric areaMetric(std::span<const double> probabilities, std::span<const std::int64_t> labels)
{
    const auto of = [&](std::span<const std::size_t> items) {
        std::vector<double> some;
        std::vector<std::int64_t> kinds;
        for (const std::size_t i : items) {
            some.push_back(probabilities[i]);
            kinds.push_back(labels[i]);
        }
        return areaUnderCurve(some, kinds);
    };
    const double whole = areaUnderCurve(probabilities, labels);
    return resampledMetric("auc", labels.size(), of, [&](std::size_t item) {
        std::vector<std::size_t> others;
        for (std::size_t i = 0; i < labels.size(); ++i)
            if (i != item)
                others.push_back(i);
        const double without = of(others);
        return std::isnan(without) ? whole : without; // the only one of its kind
    });
}

} // namespace

std::int64_t rankOfClass(std::span<const float> logits, std::int64_t label)
{
    const float own = logits[static_cast<std::size_t>(label)];
    if (std::isnan(own))
        return static_cast<std::int64_t>(logits.size());
    std::int64_t before = 0;
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(logits.size()); ++i) {
        const float other = logits[static_cast<std::size_t>(i)];
        before += std::isnan(other) || other > own || (other == own && i < label) ? 1 : 0;
    }
    return before;
}

Result<std::vector<LabelMetric>> rankMetrics(const MatrixRef& logits, std::span<const std::int64_t> labels)
{
    if (logits.rows() == 0 || logits.rows() != static_cast<std::int64_t>(labels.size()))
        return fail(ErrorCode::InvalidArgument,
            fmt::format("There are {} labels for the results of {} samples.", labels.size(), logits.rows()));
    for (std::size_t i = 0; i < labels.size(); ++i)
        if (labels[i] < 0 || labels[i] >= logits.cols())
            return fail(ErrorCode::InvalidArgument,
                fmt::format(
                    "Sample {} is of class {}, but the model has classes 0 to {}: name its classes in their order.", i,
                    labels[i], logits.cols() - 1));
    return sharesOf(logits, labels, { "top1", "top5" });
}

Result<std::vector<LabelMetric>> agreementMetrics(const MatrixRef& logits, const MatrixRef& original)
{
    if (logits.rows() == 0 || logits.rows() != original.rows() || logits.cols() != original.cols())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("Results of [{}, {}] are compared with the original's [{}, {}].", logits.rows(), logits.cols(),
                original.rows(), original.cols()));
    std::vector<std::int64_t> answers;
    for (std::int64_t row = 0; row < original.rows(); ++row)
        answers.push_back(answerOf(rowOf(original, row)));
    return sharesOf(logits, answers, { "top1_agreement", "top5_agreement" });
}

Result<std::vector<LabelMetric>> probabilityMetrics(std::span<const double> probabilities,
    std::span<const double> original, double threshold, std::span<const std::int64_t> labels)
{
    if (probabilities.empty() || probabilities.size() != original.size()
        || (!labels.empty() && labels.size() != original.size()))
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} probabilities are compared with {} of the original and {} labels.", probabilities.size(),
                original.size(), labels.size()));
    std::vector<double> same, apart;
    for (std::size_t i = 0; i < original.size(); ++i) {
        same.push_back((probabilities[i] >= threshold) == (original[i] >= threshold) ? 1 : 0);
        apart.push_back(std::abs(probabilities[i] - original[i]));
    }
    std::vector<LabelMetric> metrics { meanMetric("agreement", std::move(same)),
        meanMetric("probability_difference", std::move(apart)) };
    bool hasNo = false, hasYes = false;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (labels[i] != 0 && labels[i] != 1)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("Sample {} has label {}; 0 stands for no, 1 for yes.", i, labels[i]));
        (labels[i] == 1 ? hasYes : hasNo) = true;
    }
    if (hasNo && hasYes)
        metrics.push_back(areaMetric(probabilities, labels));
    return metrics;
}

} // namespace kerf::core
