// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/evaluate_task.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "core/base/sample_mean.h"
#include "core/task/task.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kBatchSamples = 64;

Eigen::Index largestOf(const Matrix& results, Eigen::Index row)
{
    Eigen::Index best = 0;
    results.row(row).maxCoeff(&best);
    return best;
}

class TaskPass {
public:
    TaskPass(
        const Network& original, const Network& candidate, const Task& task, const std::vector<std::int64_t>& labels)
        : m_original(original)
        , m_candidate(candidate)
        , m_task(task)
        , m_labels(labels)
    {
    }

    /// Samples [first, first + hidden.samples()) behind the last block, of the original and of the candidate.
    Status add(std::int64_t first, const Hidden& original, const Hidden& candidate)
    {
        for (std::int64_t i = 0; i < original.samples(); ++i) {
            KERF_TRY(const Matrix expected, m_task.results(m_original, original, i));
            KERF_TRY(const Matrix found, m_task.results(m_candidate, candidate, i));
            if (!found.allFinite())
                return fail(ErrorCode::Numerical, fmt::format("Sample {} has results that are not finite.", first + i));
            addSample(expected, found);
            if (!m_labels.empty())
                addLabel(m_labels[static_cast<std::size_t>(first + i)], expected, found);
        }
        return {};
    }

    TaskEvaluation finish() const
    {
        TaskEvaluation result;
        result.task = m_task.name();
        result.unit = m_task.unit();
        result.samples = static_cast<std::int64_t>(m_means.size());
        result.results = m_results;
        const SampleMean mean = sampleMean(m_means);
        result.divergence = mean.value;
        result.divergenceStderr = mean.standardError;
        const auto share
            = [&](std::int64_t count) { return static_cast<double>(count) / static_cast<double>(m_results); };
        result.sameTop1 = share(m_sameTop);
        result.sampleDivergence = m_means;
        result.sampleSame = m_same;
        if (!m_labels.empty()) {
            result.accuracy = share(m_right);
            result.originalAccuracy = share(m_originallyRight);
            result.sampleRight = m_sampleRight;
        }
        return result;
    }

private:
    void addSample(const Matrix& expected, const Matrix& found)
    {
        double sum = 0;
        for (const double divergence : m_task.divergence(expected, found))
            sum += divergence;
        m_means.push_back(sum / static_cast<double>(expected.rows()));
        m_results += expected.rows();
        std::int64_t same = 0;
        for (Eigen::Index row = 0; row < expected.rows(); ++row)
            same += largestOf(expected, row) == largestOf(found, row) ? 1 : 0;
        m_sameTop += same;
        m_same.push_back(static_cast<double>(same) / static_cast<double>(expected.rows()));
    }
    void addLabel(std::int64_t label, const Matrix& expected, const Matrix& found)
    {
        std::int64_t right = 0;
        for (Eigen::Index row = 0; row < expected.rows(); ++row) {
            right += largestOf(found, row) == label ? 1 : 0;
            m_originallyRight += largestOf(expected, row) == label ? 1 : 0;
        }
        m_right += right;
        m_sampleRight.push_back(static_cast<double>(right) / static_cast<double>(expected.rows()));
    }

    const Network &m_original, &m_candidate;
    const Task& m_task;
    const std::vector<std::int64_t>& m_labels;
    std::vector<double> m_means, m_same, m_sampleRight; ///< of each sample
    std::int64_t m_results = 0, m_sameTop = 0, m_right = 0, m_originallyRight = 0;
};

/// Samples behind the last block.
Result<Hidden> through(
    const Network& network, const Replacements& replacements, const ReadSamples& samples, const JobContext& job)
{
    KERF_TRY(Hidden hidden, samples(network));
    BlockRun run;
    run.replacements = &replacements;
    for (int block = 0; block < network.blockCount(); ++block) {
        KERF_CHECK(job.checkStop());
        KERF_TRY(const auto weights, network.loadBlock(block));
        KERF_CHECK(network.runBlock(block, *weights, run, hidden));
    }
    return hidden;
}

} // namespace

Result<TaskEvaluation> evaluateTask(const Network& original, const Network& candidate, const Replacements& replacements,
    const Samples& samples, const std::vector<std::int64_t>& labels, const JobContext& job)
{
    if (samples.count() == 0)
        return fail(ErrorCode::InvalidArgument, "There is no sample to evaluate.");
    if (!labels.empty() && static_cast<std::int64_t>(labels.size()) != samples.count())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} labels were given for {} samples.", labels.size(), samples.count()));
    KERF_TRY(const Task* task, taskOf(original));
    TaskPass pass(original, candidate, *task, labels);
    for (std::int64_t first = 0; first < samples.count(); first += kBatchSamples) {
        const std::int64_t count = std::min(kBatchSamples, samples.count() - first);
        job.progress({ "Evaluating", first, samples.count(), "samples" });
        KERF_TRY(const ReadSamples read, samples.read(first, count));
        KERF_TRY(const Hidden expected, through(original, {}, read, job));
        KERF_TRY(const Hidden found, through(candidate, replacements, read, job));
        KERF_CHECK(pass.add(first, expected, found));
    }
    return pass.finish();
}

Result<Evaluation> evaluateTexts(const Network& original, const Network& candidate, const Replacements& replacements,
    const Dataset& data, const JobContext& job)
{
    const auto started = std::chrono::steady_clock::now();
    KERF_TRY(const Task* task, taskOf(original));
    const std::vector<std::int64_t> classes
        = data.reader && task->hasClasses() ? data.reader->classes(data.windows) : std::vector<std::int64_t>();
    KERF_TRY(const TaskEvaluation found, evaluateTask(original, candidate, replacements, data, classes, job));
    Evaluation result;
    result.dataset = data.name;
    result.datasetHash = data.hash;
    result.window = data.windowLength();
    result.windows = found.samples;
    result.tokens = found.results;
    result.metric = task->metric();
    result.unit = task->unit();
    result.hasPerplexity = false;
    result.hasClasses = task->hasClasses();
    Evaluation::Divergence& divergence = *(result.divergence = Evaluation::Divergence {});
    divergence.kldMean = found.divergence;
    divergence.kldStderr = found.divergenceStderr;
    divergence.windowKld = found.sampleDivergence;
    divergence.sameTop1 = found.sameTop1;
    divergence.sameTop1Stderr = sampleMean(found.sampleSame).standardError;
    divergence.windowSame = found.sampleSame;
    result.isOfSamples = data.reader != nullptr;
    result.accuracy = found.accuracy;
    result.originalAccuracy = found.originalAccuracy;
    result.windowRight = found.sampleRight;
    result.protocol = data.reader
        ? fmt::format("{}: {} samples, each alone", task->name(), found.samples)
        : fmt::format("{}: {} texts of at most {} tokens, each alone between its special tokens, no padding",
            task->name(), found.samples, result.window);
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    return result;
}

} // namespace kerf::core
