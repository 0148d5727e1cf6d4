// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <vector>

#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/evaluate/evaluate_task.h"
#include "core/evaluate/label_metric.h"
#include "core/task/task.h"

namespace kerf::core {

/// Compares results of samples in any order; what is kept is a few numbers a sample. Refers to the task.
class TaskScores {
public:
    /// `labels`: the right class of every sample; empty: not known. Errors: InvalidArgument (labels for another number
    /// of samples).
    static Result<TaskScores> of(const Task& task, std::int64_t samples, std::vector<std::int64_t> labels);

    /// Results of one sample, as Task::results. Errors: Numerical (not finite), InvalidArgument (a label for a sample
    /// with several results). @pre each sample once
    Status add(std::int64_t sample, const Matrix& expected, const Matrix& found);

    /// @pre all samples were added
    TaskEvaluation finish() const;
    /// chance_error, the mean distance of chances, where the results are chances.
    std::vector<LabelMetric> others() const;

private:
    explicit TaskScores(const Task& task)
        : m_task(&task)
    {
    }
    void addSample(std::size_t sample, const Matrix& expected, const Matrix& found);
    void addLabel(std::size_t sample, const Matrix& expected, const Matrix& found);

    const Task* m_task;
    std::vector<std::int64_t> m_labels;
    std::vector<double> m_means, m_same, m_right, m_chanceErrors; ///< of each sample
    std::int64_t m_results = 0, m_sameTop = 0, m_originallyRight = 0;
};

} // namespace kerf::core
