// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/task_scores.h"

#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "core/base/sample_mean.h"
#include "core/evaluate/label_metrics.h"

namespace kerf::core {
namespace {

Eigen::Index largestOf(const Matrix& results, Eigen::Index row)
{
    Eigen::Index best = 0;
    results.row(row).maxCoeff(&best);
    return best;
}

/// Of a row of two classes, of which the second says yes.
double chanceOf(const Matrix& coins, Eigen::Index row)
{
    return 1 / (1 + std::exp(static_cast<double>(coins(row, 0)) - static_cast<double>(coins(row, 1))));
}

} // namespace

Result<TaskScores> TaskScores::of(const Task& task, std::int64_t samples, std::vector<std::int64_t> labels)
{
    if (!labels.empty() && static_cast<std::int64_t>(labels.size()) != samples)
        return fail(
            ErrorCode::InvalidArgument, fmt::format("{} labels were given for {} samples.", labels.size(), samples));
    TaskScores scores(task);
    const auto count = static_cast<std::size_t>(samples);
    scores.m_labels = std::move(labels);
    scores.m_means.resize(count);
    scores.m_same.resize(count);
    if (!scores.m_labels.empty())
        scores.m_right.resize(count);
    if (task.hasChances())
        scores.m_chanceErrors.resize(count);
    return scores;
}

Status TaskScores::add(std::int64_t sample, const Matrix& expected, const Matrix& found)
{
    if (!found.allFinite())
        return fail(ErrorCode::Numerical, fmt::format("Sample {} has results that are not finite.", sample));
    if (!m_labels.empty() && expected.rows() != 1)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("The data name one class for a sample, but the network gives {} results of one: {}.",
                expected.rows(), m_task->name()));
    const auto index = static_cast<std::size_t>(sample);
    addSample(index, expected, found);
    if (!m_labels.empty())
        addLabel(index, expected, found);
    return {};
}

TaskEvaluation TaskScores::finish() const
{
    TaskEvaluation result;
    result.task = m_task->name();
    result.unit = m_task->unit();
    result.samples = static_cast<std::int64_t>(m_means.size());
    result.results = m_results;
    const SampleMean mean = sampleMean(m_means);
    result.divergence = mean.value;
    result.divergenceStderr = mean.standardError;
    result.sameTop1 = static_cast<double>(m_sameTop) / static_cast<double>(m_results);
    result.sampleDivergence = m_means;
    result.sampleSame = m_same;
    if (!m_labels.empty()) {
        result.accuracy = sampleMean(m_right).value;
        result.originalAccuracy = static_cast<double>(m_originallyRight) / static_cast<double>(m_means.size());
        result.sampleRight = m_right;
    }
    return result;
}

std::vector<LabelMetric> TaskScores::others() const
{
    if (m_chanceErrors.empty())
        return {};
    return { meanMetric("chance_error", m_chanceErrors) };
}

void TaskScores::addSample(std::size_t sample, const Matrix& expected, const Matrix& found)
{
    const std::vector<double> divergence = m_task->divergence(expected, found);
    const auto rows = static_cast<double>(expected.rows());
    m_means[sample] = std::accumulate(divergence.begin(), divergence.end(), 0.0) / rows;
    m_results += expected.rows();
    std::int64_t same = 0;
    double error = 0;
    for (Eigen::Index row = 0; row < expected.rows(); ++row) {
        same += largestOf(expected, row) == largestOf(found, row) ? 1 : 0;
        error += m_task->hasChances() ? std::abs(chanceOf(expected, row) - chanceOf(found, row)) : 0;
    }
    m_sameTop += same;
    m_same[sample] = static_cast<double>(same) / rows;
    if (m_task->hasChances())
        m_chanceErrors[sample] = error / rows;
}

void TaskScores::addLabel(std::size_t sample, const Matrix& expected, const Matrix& found)
{
    m_right[sample] = largestOf(found, 0) == m_labels[sample] ? 1 : 0;
    m_originallyRight += largestOf(expected, 0) == m_labels[sample] ? 1 : 0;
}

} // namespace kerf::core
