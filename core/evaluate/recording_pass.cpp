// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/recording_pass.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "core/base/number_text.h"
#include "core/task/recordings.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kEarly = 8; ///< a state that remembers has settled in so many steps
constexpr double kGrowing = 3; ///< an error that has become so many times as large goes on growing

/// One of the two networks on its way through the recordings.
class Walker {
public:
    Walker(StepNetwork network, const Task& task)
        : m_network(std::move(network))
        , m_task(task)
        , m_links(statesOf(m_network.network()))
    {
    }

    /// One step of so many recordings, the first ones of those of the step before. `inputs` hold the original's states.
    Status step(std::vector<Matrix> inputs, bool isFirst)
    {
        const Eigen::Index count = inputs.front().rows();
        for (std::size_t i = 0; i < m_links.size() && !isFirst; ++i)
            inputs[m_links[i].input] = m_states[i].topRows(count);
        KERF_TRY(m_hidden, m_network.run(inputs));
        KERF_TRY(std::vector<Matrix> outputs, m_network.network().leave(m_hidden));
        m_states.clear();
        for (const StateLink& link : m_links)
            m_states.push_back(std::move(outputs[link.output]));
        return {};
    }
    Result<Matrix> results(std::int64_t recording) const
    {
        return m_task.results(m_network.network(), m_hidden, recording);
    }
    const std::vector<Matrix>& states() const { return m_states; }

private:
    StepNetwork m_network;
    const Task& m_task;
    std::vector<StateLink> m_links;
    Hidden m_hidden;
    std::vector<Matrix> m_states; ///< behind the last step, [recordings, numbers] of each link
};

double relativeDistance(const std::vector<Matrix>& original, const std::vector<Matrix>& candidate)
{
    double distance = 0, length = 0;
    for (std::size_t i = 0; i < original.size(); ++i) {
        distance += (original[i] - candidate[i]).cast<double>().squaredNorm();
        length += original[i].cast<double>().squaredNorm();
    }
    return length > 0 ? std::sqrt(distance / length) : 0;
}

class RecordingPass {
public:
    RecordingPass(const Dataset& data, const JobContext& job, const AddResults& add)
        : m_data(data)
        , m_job(job)
        , m_add(add)
        , m_runs(runsOf(*data.reader->recordingReader(), data.windows))
    {
        // Those that are through go from the end.
        std::ranges::stable_sort(
            m_runs, std::ranges::greater {}, [](const SampleRun& run) { return run.samples.size(); });
    }

    Result<StateErrors> run(Walker original, Walker candidate)
    {
        StateErrors errors;
        std::int64_t done = 0;
        for (std::size_t step = 0; !m_runs.empty() && step < m_runs.front().samples.size(); ++step) {
            KERF_CHECK(m_job.checkStop());
            m_job.progress({ "Evaluating", done, static_cast<std::int64_t>(m_data.windows.size()), "samples" });
            const std::vector<std::int64_t> samples = samplesAt(step);
            KERF_TRY(const std::vector<Matrix> inputs, read(samples));
            KERF_CHECK(original.step(inputs, step == 0));
            KERF_CHECK(candidate.step(inputs, step == 0));
            errors.steps.push_back(static_cast<std::int64_t>(step) + 1);
            errors.relative.push_back(relativeDistance(original.states(), candidate.states()));
            for (std::size_t i = 0; i < samples.size(); ++i) {
                KERF_TRY(const Matrix expected, original.results(static_cast<std::int64_t>(i)));
                KERF_TRY(const Matrix found, candidate.results(static_cast<std::int64_t>(i)));
                KERF_CHECK(m_add(samples[i], expected, found));
            }
            done += static_cast<std::int64_t>(samples.size());
        }
        return errors;
    }

private:
    /// Of all runs that are as long.
    std::vector<std::int64_t> samplesAt(std::size_t step) const
    {
        std::vector<std::int64_t> samples;
        for (const SampleRun& run : m_runs)
            if (step < run.samples.size())
                samples.push_back(run.samples[step]);
        return samples;
    }
    Result<std::vector<Matrix>> read(const std::vector<std::int64_t>& samples) const
    {
        std::vector<std::vector<TokenId>> windows;
        windows.reserve(samples.size());
        for (const std::int64_t sample : samples)
            windows.push_back(m_data.windows[static_cast<std::size_t>(sample)]);
        return m_data.reader->read(windows);
    }

    const Dataset& m_data;
    const JobContext& m_job;
    const AddResults& m_add;
    std::vector<SampleRun> m_runs;
};

} // namespace

Result<StateErrors> runRecordings(const Network& original, const Network& candidate, const Replacements& replacements,
    const Task& task, const Dataset& data, const JobContext& job, const AddResults& add)
{
    const Replacements none;
    KERF_TRY(StepNetwork first, StepNetwork::load(original, none));
    KERF_TRY(StepNetwork second, StepNetwork::load(candidate, replacements));
    return RecordingPass(data, job, add).run({ std::move(first), task }, { std::move(second), task });
}

std::string stateVerdict(const StateErrors& errors)
{
    const std::int64_t last = errors.steps.back();
    const std::int64_t early = std::min(kEarly, last);
    const double before = errors.relative[static_cast<std::size_t>(early) - 1], after = errors.relative.back();
    std::string text = fmt::format("error of the states{}: {} at step {}, {} at step {}",
        errors.layer.empty() ? "" : " of " + errors.layer, numberText(before, 2), early, numberText(after, 2), last);
    if (last <= early || before <= 0)
        return text;
    if (after <= kGrowing * before)
        return text + ": it does not grow much";
    return fmt::format("{}, {} times as much: leave the recurrent layers in more bits, or begin anew more often", text,
        numberText(after / before, 2));
}

} // namespace kerf::core
