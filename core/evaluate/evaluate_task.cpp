// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/evaluate_task.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>

#include <fmt/format.h>

#include "core/base/sample_mean.h"
#include "core/evaluate/detection_scores.h"
#include "core/evaluate/recording_pass.h"
#include "core/evaluate/recurrent_errors.h"
#include "core/evaluate/task_scores.h"
#include "core/task/task.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kBatchSamples = 64;

/// Samples behind the last block.
Result<Hidden> through(const Network& network, const Replacements& replacements, const ReadSamples& samples,
    const Tap& tap, const JobContext& job)
{
    KERF_TRY(Hidden hidden, samples(network));
    BlockRun run;
    run.replacements = &replacements;
    run.tap = tap;
    for (int block = 0; block < network.blockCount(); ++block) {
        KERF_CHECK(job.checkStop());
        KERF_TRY(const auto weights, network.loadBlock(block));
        KERF_CHECK(network.runBlock(block, *weights, run, hidden));
    }
    return hidden;
}

/// Each sample alone, a few at a time. What recurrent layers keep inside of one is compared step by step.
Result<std::vector<StateErrors>> runAlone(const Network& original, const Network& candidate,
    const Replacements& replacements, const Task& task, const Samples& samples, const JobContext& job,
    const AddResults& add)
{
    RecurrentErrors states(original);
    for (std::int64_t first = 0; first < samples.count(); first += kBatchSamples) {
        const std::int64_t count = std::min(kBatchSamples, samples.count() - first);
        job.progress({ "Evaluating", first, samples.count(), "samples" });
        KERF_TRY(const ReadSamples read, samples.read(first, count));
        KERF_TRY(const Hidden expected, through(original, {}, read, states.original(), job));
        KERF_TRY(const Hidden found, through(candidate, replacements, read, states.candidate(), job));
        for (std::int64_t i = 0; i < count; ++i) {
            KERF_TRY(const Matrix right, task.results(original, expected, i));
            KERF_TRY(const Matrix got, task.results(candidate, found, i));
            KERF_CHECK(add(first + i, right, got));
        }
        states.endBatch();
    }
    return states.finish();
}

/// Of the boxes that a task's results tell, where there are any.
class BoxPass {
public:
    BoxPass(const Task& task, const Dataset& data)
        : m_reader(data.reader && task.boxResults() ? data.reader->pictureReader() : nullptr)
        , m_windows(data.windows)
    {
        if (m_reader && task.boxResults()->decoding().form != BoxDecoding::Form::Offsets)
            m_scores.emplace(*task.boxResults());
    }
    Status add(std::int64_t sample, const Matrix& expected, const Matrix& found)
    {
        if (!m_scores)
            return {};
        const auto window = std::span(m_windows).subspan(static_cast<std::size_t>(sample), 1);
        KERF_TRY(const SamplePictures pictures, m_reader->pictures(window));
        return m_scores->add(expected, found, pictures, 0);
    }
    void finish(Evaluation& result) const
    {
        if (!m_scores) {
            if (m_reader) // then it gives no boxes
                result.remark = "no AP: the network gives differences from anchors, which stand outside of it";
            return;
        }
        result.scores = m_scores->metrics();
        result.remark = fmt::format("{} boxes found, the original {}", m_scores->found(), m_scores->originallyFound());
    }

private:
    const PictureReader* m_reader;
    const std::vector<std::vector<TokenId>>& m_windows;
    std::optional<DetectionScores> m_scores;
};

/// How the samples were run, in a sentence.
std::string protocolOf(const Task& task, const Dataset& data, std::int64_t samples, std::int64_t inARow)
{
    if (!data.reader)
        return fmt::format("{}: {} texts of at most {} tokens, each alone between its special tokens, no padding",
            task.name(), samples, data.windowLength());
    return inARow == 0
        ? fmt::format("{}: {} samples, each alone", task.name(), samples)
        : fmt::format("{}: {} steps of recordings, each network going on from its own states, at most {} in a row",
            task.name(), samples, inARow);
}

Evaluation evaluationOf(const Task& task, const Dataset& data, const TaskEvaluation& found)
{
    Evaluation result;
    result.dataset = data.name;
    result.datasetHash = data.hash;
    result.window = data.windowLength();
    result.windows = found.samples;
    result.tokens = found.results;
    result.metric = task.metric();
    result.unit = task.unit();
    result.hasPerplexity = false;
    result.hasClasses = task.hasClasses();
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
    return result;
}

void addStates(std::vector<StateErrors> states, Evaluation& result)
{
    double largest = 0;
    for (const StateErrors& errors : states) {
        result.remark += (result.remark.empty() ? "" : "\n") + stateVerdict(errors);
        largest = std::max(largest, errors.relative.back());
    }
    if (!states.empty())
        result.scores.push_back({ "state_error", largest, 0, {} });
    result.stateErrors = std::move(states);
}

} // namespace

Result<TaskEvaluation> evaluateTask(const Network& original, const Network& candidate, const Replacements& replacements,
    const Samples& samples, const std::vector<std::int64_t>& labels, const JobContext& job)
{
    if (samples.count() == 0)
        return fail(ErrorCode::InvalidArgument, "There is no sample to evaluate.");
    KERF_TRY(const TaskPtr task, taskOf(original));
    KERF_TRY(TaskScores scores, TaskScores::of(*task, samples.count(), labels));
    KERF_CHECK(runAlone(original, candidate, replacements, *task, samples, job,
        [&](std::int64_t sample, const Matrix& expected, const Matrix& found) {
            return scores.add(sample, expected, found);
        }));
    return scores.finish();
}

Result<std::vector<StateErrors>> compareResults(const Network& original, const Network& candidate,
    const Replacements& replacements, const Task& task, const Dataset& data, const JobContext& job,
    const AddResults& add)
{
    if (!data.reader || !data.reader->recordingReader())
        return runAlone(original, candidate, replacements, task, data, job, add);
    KERF_TRY(StateErrors errors, runRecordings(original, candidate, replacements, task, data, job, add));
    return std::vector { std::move(errors) };
}

Result<Evaluation> evaluateTexts(const Network& original, const Network& candidate, const Replacements& replacements,
    const Dataset& data, const JobContext& job)
{
    const auto started = std::chrono::steady_clock::now();
    KERF_TRY(const TaskPtr task, taskOf(original));
    const std::vector<std::int64_t> classes
        = data.reader && task->hasClasses() ? data.reader->classes(data.windows) : std::vector<std::int64_t>();
    if (data.windows.empty())
        return fail(ErrorCode::InvalidArgument, "There is no sample to evaluate.");
    KERF_TRY(TaskScores scores, TaskScores::of(*task, static_cast<std::int64_t>(data.windows.size()), classes));
    BoxPass boxes(*task, data);
    const auto add = [&](std::int64_t sample, const Matrix& expected, const Matrix& found) -> Status {
        KERF_CHECK(scores.add(sample, expected, found));
        return boxes.add(sample, expected, found);
    };
    KERF_TRY(std::vector<StateErrors> states, compareResults(original, candidate, replacements, *task, data, job, add));
    const bool isRecorded = data.reader && data.reader->recordingReader();
    const TaskEvaluation found = scores.finish();
    Evaluation result = evaluationOf(*task, data, found);
    result.protocol = protocolOf(*task, data, found.samples, isRecorded ? states.front().steps.back() : 0);
    boxes.finish(result);
    for (LabelMetric& score : scores.others())
        result.scores.push_back(std::move(score));
    addStates(std::move(states), result);
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    return result;
}

} // namespace kerf::core
