// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/look.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include <fmt/format.h>

#include "core/evaluate/evaluate_task.h"
#include "core/evaluate/picture_reader.h"
#include "core/jobs/job_edge.h"
#include "core/jobs/run_student.h"
#include "core/jobs/sample_data.h"
#include "core/task/task.h"

namespace kerf::core {
namespace {

constexpr double kSameThing = 0.5; ///< overlap of two boxes around one thing

LookedClass surest(const Matrix& results)
{
    Eigen::Index index = 0;
    const double largest = static_cast<double>(results.row(0).maxCoeff(&index));
    double sum = 0;
    for (const float value : results.row(0))
        sum += std::exp(static_cast<double>(value) - largest);
    return { index, 1 / sum };
}

/// Fills samples as their results come.
class Looker {
public:
    Looker(const Task& task, const Dataset& data)
        : m_task(task)
        , m_data(data)
        , m_pictures(data.reader->pictureReader())
        , m_samples(data.windows.size())
    {
    }

    Status add(std::int64_t index, const Matrix& original, const Matrix& run)
    {
        LookedSample& sample = m_samples[static_cast<std::size_t>(index)];
        const std::vector<double> divergence = m_task.divergence(original, run);
        sample.divergence = std::accumulate(divergence.begin(), divergence.end(), 0.0)
            / static_cast<double>(std::max<std::size_t>(divergence.size(), 1));
        const auto window = std::span(m_data.windows).subspan(static_cast<std::size_t>(index), 1);
        sample.name = m_data.reader->nameOf(window.front());
        if (m_pictures)
            sample.file = m_pictures->fileOf(window.front());
        if (m_pictures && m_task.boxResults()) {
            KERF_TRY(const SamplePictures pictures, m_pictures->pictures(window));
            sample.picture = pictures.placements.front().picture;
            return addBoxes(pictures, original, run, sample);
        }
        sample.original = surest(original);
        sample.run = surest(run);
        return {};
    }
    std::vector<LookedSample> take()
    {
        std::ranges::stable_sort(m_samples, [](const LookedSample& a, const LookedSample& b) {
            return std::tuple(!a.isChanged(), -a.divergence) < std::tuple(!b.isChanged(), -b.divergence);
        });
        return std::move(m_samples);
    }

private:
    Status addBoxes(
        const SamplePictures& pictures, const Matrix& original, const Matrix& run, LookedSample& sample) const
    {
        const BoxResults& results = *m_task.boxResults();
        const auto find = [&](const Matrix& of) {
            return decodeBoxes(
                results.boxes(of), results.scores(of), results.decoding(), pictures.input, pictures.placements.front());
        };
        KERF_TRY(const std::vector<Detection> before, find(original));
        KERF_TRY(const std::vector<Detection> after, find(run));
        sample.boxes = matchBoxes(before, after, results.decoding().leastScore);
        return {};
    }

    const Task& m_task;
    const Dataset& m_data;
    const PictureReader* m_pictures;
    std::vector<LookedSample> m_samples;
};

Result<Look> look(
    const Project& project, const Workspace& workspace, RowId run, const DataChoice& choice, const JobContext& job)
{
    const Network& original = *project.model.network;
    KERF_TRY(const TaskPtr task, taskOf(original));
    if (!readsSamples(project) || (!task->hasClasses() && !task->boxResults()))
        return fail(ErrorCode::InvalidArgument,
            fmt::format("There is nothing to look at: a {} network gives neither boxes nor classes of pictures, arrays "
                        "or recordings.",
                task->name()));
    KERF_TRY(const Dataset data, loadSamples(project, choice, job));
    if (task->boxResults() && !data.reader->pictureReader())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: boxes lie in pictures, and these samples are none.", data.name));
    KERF_TRY(const RunRow row, workspace.run(std::to_string(run)));
    KERF_TRY(const RunStudent student, loadStudent(project, workspace, row, job));
    KERF_TRY(const Replacements replacements, replacementsOf(student));
    Looker looker(*task, data);
    KERF_TRY(std::vector<StateErrors> states,
        compareResults(original, *student.network, replacements, *task, data, job,
            [&](std::int64_t sample, const Matrix& expected, const Matrix& found) {
                return looker.add(sample, expected, found);
            }));
    return Look { data.name, task->name(), task->unit(), looker.take(), data.reader->classNames(), std::move(states) };
}

Json boxJson(const std::optional<Detection>& found)
{
    if (!found)
        return {};
    return { { "x", found->box.x }, { "y", found->box.y }, { "width", found->box.width },
        { "height", found->box.height }, { "score", found->score }, { "class", found->category } };
}

Json classJson(const std::optional<LookedClass>& found)
{
    return found ? Json { { "class", found->index }, { "probability", found->probability } } : Json();
}

Json sampleJson(const LookedSample& sample)
{
    Json json { { "name", sample.name }, { "file", sample.file.empty() ? Json() : Json(sample.file.string()) },
        { "changed", sample.isChanged() }, { "divergence", sample.divergence }, { "boxes", Json::array() },
        { "original", classJson(sample.original) }, { "run", classJson(sample.run) } };
    for (const LookedBox& box : sample.boxes)
        json["boxes"].push_back({ { "original", boxJson(box.original) }, { "run", boxJson(box.run) } });
    return json;
}

} // namespace

bool LookedSample::isChanged() const
{
    return std::ranges::any_of(boxes, [](const LookedBox& box) { return box.isLost() || box.isNew(); })
        || (original && run && original->index != run->index);
}

std::int64_t Look::changed() const
{
    return std::ranges::count_if(samples, &LookedSample::isChanged);
}

std::vector<LookedBox> matchBoxes(
    const std::vector<Detection>& original, const std::vector<Detection>& run, double leastScore)
{
    struct Pair {
        double overlap;
        std::size_t original, run;
    };
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < original.size(); ++i)
        for (std::size_t j = 0; j < run.size(); ++j)
            if (const double overlap = overlapOf(original[i].box, run[j].box);
                overlap >= kSameThing && original[i].category == run[j].category)
                pairs.push_back({ overlap, i, j });
    std::ranges::stable_sort(pairs, std::ranges::greater {}, &Pair::overlap);
    std::vector<bool> isTaken(original.size()), isFound(run.size());
    std::vector<LookedBox> both, lost, fresh;
    for (const Pair& pair : pairs)
        if (!isTaken[pair.original] && !isFound[pair.run]) {
            isTaken[pair.original] = isFound[pair.run] = true;
            both.push_back({ original[pair.original], run[pair.run] });
        }
    for (std::size_t i = 0; i < original.size(); ++i)
        if (!isTaken[i] && original[i].score > leastScore)
            lost.push_back({ original[i], {} });
    for (std::size_t j = 0; j < run.size(); ++j)
        if (!isFound[j] && run[j].score > leastScore)
            fresh.push_back({ {}, run[j] });
    std::ranges::stable_sort(both, std::ranges::greater {}, [](const LookedBox& box) { return box.original->score; });
    both.insert(both.end(), lost.begin(), lost.end());
    both.insert(both.end(), fresh.begin(), fresh.end());
    return both;
}

Result<Look> lookAtRun(
    const Project& project, const Workspace& workspace, RowId run, const DataChoice& choice, const JobContext& job)
{
    return atJobEdge([&] { return look(project, workspace, run, choice, job); });
}

std::string lookText(const Look& look)
{
    std::string text = fmt::format("{} of {} samples changed", look.changed(), look.samples.size());
    std::int64_t original = 0, lost = 0, fresh = 0;
    for (const LookedSample& sample : look.samples)
        for (const LookedBox& box : sample.boxes) {
            original += box.original ? 1 : 0;
            lost += box.isLost() ? 1 : 0;
            fresh += box.isNew() ? 1 : 0;
        }
    return original + fresh > 0 ? fmt::format("{}: {} of {} boxes lost, {} new.", text, lost, original, fresh)
                                : text + ".";
}

Json toJson(const Look& look)
{
    Json json { { "dataset", look.dataset }, { "task", look.task }, { "unit", look.unit },
        { "changed", look.changed() }, { "classes", look.classes }, { "samples", Json::array() },
        { "state_errors", Json::array() } };
    for (const StateErrors& errors : look.states)
        json["state_errors"].push_back(toJson(errors));
    for (const LookedSample& sample : look.samples)
        json["samples"].push_back(sampleJson(sample));
    return json;
}

} // namespace kerf::core
