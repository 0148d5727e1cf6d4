// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/labels_job.h"

#include <fmt/format.h>

#include "core/base/number_text.h"
#include "core/jobs/job_edge.h"
#include "core/jobs/job_json.h"
#include "core/jobs/kept_items.h"
#include "core/jobs/metric_kind.h"
#include "core/jobs/run_ranks.h"
#include "core/jobs/run_student.h"
#include "core/model/class_names.h"
#include "core/task/task.h"

namespace kerf::core {
namespace {

Status storeScores(Workspace& workspace, RowId run, const LabelScores& found)
{
    const Json settings { { "texts", found.texts }, { "protocol", found.protocol } };
    std::vector<std::string> answers;
    for (const LabelAnswer& answer : found.answers)
        answers.push_back(answer.found);
    for (const LabelMetric& metric : found.metrics)
        KERF_CHECK(workspace.addMetric(run,
            { metric.name, metric.value, metric.standardError, "", found.dataset, found.datasetHash, settings,
                metric.draws },
            isOfAnswers(metric.name) ? answers : std::vector<std::string>()));
    return {};
}

/// A model, what its labels mean, and beside it another.
Result<LabelScores> scoreOn(
    const Project& original, const LabelCandidate& candidate, const LabelledSet& set, const JobContext& job)
{
    if (!original.tokenizer)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} has no tokenizer that Kerf reads: texts cannot be scored.", original.modelFolder.string()));
    const Network& network = *original.model.network;
    KERF_TRY(const TaskPtr task, taskOf(network));
    std::vector<std::string> classes;
    if (task->hasClasses() && !network.generator()) {
        const std::int64_t count = network.graph().value(network.graph().outputs().front()).type.width();
        KERF_TRY(classes, readClassNames(original.model.checkpoint, count));
    }
    return scoreLabels(network, candidate, classes, *original.tokenizer, set, job);
}

Result<LabelScores> scoreRun(
    const Project& project, Workspace& workspace, RowId run, const std::filesystem::path& file, const JobContext& job)
{
    KERF_TRY(const LabelledSet set, readLabelled(file));
    KERF_TRY(const RunRow row, workspace.run(std::to_string(run)));
    KERF_TRY(const RunStudent student, loadStudent(project, workspace, row, job));
    KERF_TRY(const Replacements replacements, replacementsOf(student));
    LabelCandidate candidate;
    if (!isOriginal(row))
        candidate = { student.network.get(), &replacements };
    KERF_TRY(LabelScores found, scoreOn(project, candidate, set, job));
    KERF_CHECK(storeScores(workspace, run, found));
    KERF_CHECK(keepItems(workspace, set.hash, itemsOf(set), job));
    return found;
}

} // namespace

Result<LabelScores> scoreModel(
    const Project& project, const Project* reference, const std::filesystem::path& file, const JobContext& job)
{
    return atJobEdge([&]() -> Result<LabelScores> {
        KERF_TRY(const LabelledSet set, readLabelled(file));
        if (!reference)
            return scoreOn(project, {}, set, job);
        KERF_CHECK(requireSameOutputs(*reference->model.network, *project.model.network));
        const Replacements none;
        return scoreOn(*reference, { project.model.network.get(), &none }, set, job);
    });
}

Result<LabelScores> runLabels(
    const Project& project, Workspace& workspace, RowId run, const std::filesystem::path& file, const JobContext& job)
{
    return atJobEdge([&] { return scoreRun(project, workspace, run, file, job); });
}

Json LabelsJob::toJson() const
{
    return { { "run", run }, { "file", file.string() } };
}

Result<LabelsJob> LabelsJob::fromJson(const Json& json, const Network&)
{
    return LabelsJob { json.at("run").get<RowId>(), json.at("file").get<std::string>() };
}

std::string LabelsJob::title(const Json& settings, const RunNames& runs)
{
    return "Score " + nameOf(runOf(settings), runs);
}

Result<LabelScores> LabelsJob::perform(const JobScene& scene) const
{
    return runLabels(scene.project, scene.workspace, run, file, scene.context);
}

JobReport LabelsJob::report(const LabelScores& made) const
{
    JobReport report { scoresLine(made), { { "run", run } } };
    for (const LabelMetric& metric : made.metrics)
        report.json[metric.name] = metric.value;
    return report;
}

std::string scoresLine(const LabelScores& found)
{
    std::string line;
    for (const LabelMetric& metric : found.metrics)
        line += fmt::format(
            "{}{} {}", line.empty() ? "" : ", ", metric.name, measuredText(metric.value, metric.standardError));
    return fmt::format("{} of {} texts.", line, found.texts);
}

} // namespace kerf::core
