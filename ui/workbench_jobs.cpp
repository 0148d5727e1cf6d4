// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The jobs of a workbench: what they are started with, and what follows when they end.

#include <algorithm>
#include <utility>

#include "core/jobs/bench_job.h"
#include "core/jobs/cells_job.h"
#include "core/jobs/convert_job.h"
#include "core/jobs/evaluate_job.h"
#include "core/jobs/export_job.h"
#include "core/jobs/import_job.h"
#include "core/jobs/importance_job.h"
#include "core/jobs/labels_job.h"
#include "core/jobs/lens_job.h"
#include "core/jobs/prediction_job.h"
#include "core/jobs/profile_job.h"
#include "core/jobs/questions_job.h"
#include "core/jobs/run_job.h"
#include "core/jobs/speed_job.h"
#include "ui/jobs/engine_text.h"
#include "ui/jobs/job_kind_text.h"
#include "ui/jobs/refinement_text.h"
#include "ui/jobs/work.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {

JobId Workbench::start(JobSpec spec)
{
    if (!spec.kind.isEmpty() && hasModel()) // as fast as the same work on the same model
        spec.kind += u'/' + toQt(m_session.project()->modelHash.substr(0, 16));
    return m_jobs.start(std::move(spec));
}

void Workbench::report(const JobOutcome& outcome)
{
    if (!outcome.done && !outcome.stopped())
        emit message(outcome.message, true);
}

JobSpec Workbench::specOf(const core::Job& job)
{
    const auto news = std::make_shared<JobNews>();
    const auto result = std::make_shared<std::optional<core::JobResult>>();
    JobSpec spec { engineText(job.title(m_session.runs())),
        jobWork(m_session.project(), m_session.workspaceFile(), told(job, news), result),
        [this, job, news, result](const JobOutcome& outcome) {
            news->result = std::exchange(*result, std::nullopt);
            afterJob(job, *news, outcome);
        },
        [this, job] { startJob(job); }, !job.runPlans().empty(), toQt(job.kind()) };
    spec.company = job.company();
    spec.what = jobKindText(job.kind());
    spec.key = std::string(job.kind()) + job.settings().dump();
    for (const core::Plan& plan : job.runPlans())
        spec.plans.push_back(core::planHash(plan));
    spec.begun = [this, job] { beforeJob(job); };
    return spec;
}

JobId Workbench::startJob(const core::Job& job)
{
    if (job.roundsWeights() && !mayQuantize([this, job] { startJob(job); }))
        return 0;
    JobSpec spec = specOf(job);
    if (m_jobs.has(spec.key)) {
        emit message(tr("%1 runs or waits already, with the same settings.").arg(spec.title), true);
        return 0;
    }
    emit message({}, false);
    const auto row = std::make_shared<core::RowId>(0);
    spec.dropped = [this, row] { m_session.dropWaiting(*row); };
    const JobId id = start(std::move(spec));
    if (m_jobs.isWaiting(id)) {
        *row = m_session.keepWaiting(job); // found again, should the program end before its turn
        m_forecast.add(id, job, jobPlace());
    }
    return id;
}

/// The job, with what it tells while it runs: it calls in its own thread, and what is handed over are copies.
core::Job Workbench::told(const core::Job& job, const std::shared_ptr<JobNews>& news)
{
    if (const auto* settings = job.as<core::SweepJob>()) {
        core::SweepJob sweep = *settings;
        sweep.changed = [this](std::size_t index, const core::SweepItem& item) {
            QMetaObject::invokeMethod(
                this, [this, index, item] { showItem(index, item); }, Qt::QueuedConnection);
        };
        return sweep;
    }
    if (const auto* settings = job.as<core::RefineJob>()) {
        core::RefineJob search = *settings;
        search.improved = [news](const core::Refinement& soFar) -> core::Status {
            news->refinement = soFar;
            return {};
        };
        return search;
    }
    return job;
}

void Workbench::showItem(std::size_t index, const core::SweepItem& item)
{
    if (index < m_sweep.size())
        m_sweep[index] = item;
    m_session.refreshRuns();
    emit sweepChanged();
}

void Workbench::beforeJob(const core::Job& job)
{
    if (const auto* sweep = job.as<core::SweepJob>()) {
        m_sweep.clear();
        for (const core::Plan& plan : sweep->plans)
            m_sweep.push_back({ plan.name, core::SweepState::Waiting, 0, {} });
        emit sweepChanged();
    }
    m_timing = job.as<core::SittingJob>() != nullptr;
    if (m_timing)
        emit timesChanged();
}

void Workbench::afterJob(const core::Job& job, JobNews& news, const JobOutcome& outcome)
{
    m_session.refreshRuns();
    if (const auto* search = job.as<core::RefineJob>()) {
        m_session.refreshProfile(); // the search measures cells
        if (news.result)
            news.refinement = *news.result->get<core::Refinement>();
        return useRefinement(search->plan, news.refinement, outcome);
    }
    if (job.as<core::SweepJob>())
        emit sweepChanged();
    if (job.as<core::PredictionCheckJob>())
        emit predictionsChanged();
    if (job.as<core::SittingJob>()) {
        m_timing = false;
        emit timesChanged();
    }
    if (news.result && news.result->get<core::Profile>())
        m_session.refreshProfile();
    if (const auto* added = job.as<core::ImportJob>())
        if (std::erase(m_toCompare, added->folder) > 0 && news.result)
            compareAdded(*news.result->get<core::RowId>());
    if ((job.as<core::RunJob>() || job.as<core::ImportJob>()) && news.result)
        m_selection.setRun(*news.result->get<core::RowId>());
    if (const auto* written = job.as<core::ExportJob>(); written && news.result)
        emit exported(*news.result->get<core::ExportReport>(), toQt(written->target),
            toQt(core::nameOf(written->run, m_session.runs())));
    if (const auto* written = job.as<core::ConvertJob>(); written && news.result)
        emit exported(news.result->get<core::Conversion>()->report, toQt(written->target),
            toQt(m_session.project()->modelFolder.stem().string()));
    if (const auto* matrix = job.as<core::ImportanceJob>(); matrix && news.result)
        emit message(toQt(news.result->report.text), false);
    if (job.as<core::LensJob>() && news.result)
        emit lensFound(*news.result->get<core::DataLens>());
    report(outcome);
    if (job.as<core::EvaluateJob>())
        evaluateNext(outcome);
}

/// Once this job is off the list. One that failed stops the others: they would fail alike.
void Workbench::evaluateNext(const JobOutcome& outcome)
{
    std::vector<core::RowId> left = std::exchange(m_toEvaluate, {});
    if (!outcome.done || left.empty())
        return;
    QMetaObject::invokeMethod(
        this,
        [this, runs = std::move(left)] {
            if (canWrite() && !m_jobs.isRunning())
                evaluateRuns(runs);
        },
        Qt::QueuedConnection);
}

void Workbench::profile(const DataSettings& settings)
{
    saveDataSettings(*m_session.project(), settings);
    // Held-out windows come from the calibration text, after those used: the evaluation text stays unseen.
    startJob(core::ProfileJob { settings.calibration, {}, settings.profile });
}

/// The texts that the model was given; settingsNeeded() when there are none yet.
std::optional<DataSettings> Workbench::completeSettings(const std::function<void()>& then)
{
    DataSettings settings = dataSettingsOf(*m_session.project());
    if (settings.isComplete())
        return settings;
    emit settingsNeeded(then);
    return std::nullopt;
}

std::optional<core::Job> Workbench::runJobOf(const core::Plan& plan, const std::function<void()>& then)
{
    if (!m_session.network()->info().cannotRun.empty())
        return core::RunJob { { plan, {}, 0 }, std::nullopt };
    const std::optional<DataSettings> settings = completeSettings(then);
    if (!settings)
        return std::nullopt;
    return core::RunJob { { plan, settings->calibration, 0 },
        core::RunMeasures { settings->evaluation, settings->bench } };
}

JobId Workbench::run(const core::Plan& plan)
{
    const std::optional<core::Job> job = runJobOf(plan, [this, plan] { run(plan); });
    if (!job)
        return 0;
    savePlan();
    return startJob(*job);
}

core::RowId Workbench::runOf(const JobRecord& job) const
{
    core::RowId found = 0;
    for (const core::RunRow& run : m_session.runs()) {
        if (std::ranges::find(job.plans, run.provenance.planHash) == job.plans.end())
            continue;
        found = run.id;
        if (run.state == core::RunState::Running)
            break; // of a sweep, the one in work
    }
    return found;
}

JobPlace Workbench::jobPlace() const
{
    return { m_session.project(), m_session.workspaceFile(), { m_document.loader() } };
}

std::optional<core::Job> Workbench::sweepJobOf(std::vector<core::Plan> plans) const
{
    const DataSettings settings = dataSettingsOf(*m_session.project());
    if (!settings.isComplete())
        return std::nullopt;
    return core::SweepJob { std::move(plans), settings.calibration, 0,
        core::RunMeasures { settings.evaluation, settings.bench } };
}

JobId Workbench::sweep(std::vector<core::Plan> plans)
{
    const std::optional<core::Job> job = sweepJobOf(plans);
    if (job)
        return startJob(*job);
    emit settingsNeeded([this, plans = std::move(plans)] { sweep(plans); });
    return 0;
}

void Workbench::evaluateRun(core::RowId run)
{
    if (const std::optional<DataSettings> settings = completeSettings([this, run] { evaluateRun(run); }))
        startJob(core::EvaluateJob { run, { settings->evaluation, true } });
}

void Workbench::evaluateRuns(std::vector<core::RowId> runs)
{
    if (runs.empty())
        return;
    m_toEvaluate.assign(runs.begin() + 1, runs.end());
    evaluateRun(runs.front());
}

void Workbench::askRun(core::RowId run, const std::filesystem::path& file)
{
    startJob(core::QuestionsJob { run, { file, {} } });
}

void Workbench::scoreRun(core::RowId run, const std::filesystem::path& file)
{
    startJob(core::LabelsJob { run, file });
}

void Workbench::measureSpeed(core::RowId run)
{
    startJob(core::BenchJob { run, dataSettingsOf(*m_session.project()).bench });
}

void Workbench::measureCells(const std::vector<int>& layers)
{
    const DataSettings settings = dataSettingsOf(*m_session.project());
    core::CellsJob job { {}, settings.calibration, {} };
    for (const int layer : layers)
        job.cells.push_back(m_document.plan().layers[static_cast<std::size_t>(layer)]);
    startJob(job);
}

void Workbench::lookThroughLens(const std::vector<std::filesystem::path>& against, const std::string& format)
{
    core::LensJob job { dataSettingsOf(*m_session.project()).calibration, std::nullopt, {} };
    if (!against.empty()) {
        job.against = job.calibration;
        job.against->files = against;
    }
    job.options.format = format;
    startJob(job);
}

void Workbench::checkPrediction(int plans)
{
    if (const std::optional<DataSettings> settings = completeSettings([this, plans] { checkPrediction(plans); }))
        startJob(core::PredictionCheckJob { plans, 0, settings->calibration, settings->evaluation });
}

void Workbench::timeFormats()
{
    if (canWrite())
        startJob(core::SittingJob {});
    else
        emit message(m_session.readOnlyReason(), true);
}

void Workbench::exportRun(core::RowId run, const std::string& target, const std::filesystem::path& folder)
{
    if (m_session.run(run))
        startJob(core::ExportJob { run, target, folder });
}

void Workbench::convert(const std::string& target, const std::filesystem::path& folder, bool roundScales)
{
    startJob(core::ConvertJob { target, folder, roundScales });
}

void Workbench::addCheckpoint(const std::filesystem::path& path, bool compareIt)
{
    if (compareIt)
        m_toCompare.push_back(path);
    const DataSettings settings = dataSettingsOf(*m_session.project());
    core::ImportJob job { path, std::nullopt };
    if (settings.isComplete())
        job.measures = core::RunMeasures { settings.evaluation, settings.bench };
    startJob(job);
}

void Workbench::compareAdded(core::RowId run)
{
    if (m_selection.compared().empty() && m_selection.run() != 0)
        m_selection.toggleCompared(m_selection.run());
    const auto& compared = m_selection.compared();
    if (std::ranges::find(compared, run) == compared.end() && !m_selection.toggleCompared(run))
        emit message(tr("The run was added. Take one out of the comparison to set it beside the others."), false);
}

void Workbench::writeImportance(const std::filesystem::path& file)
{
    const DataSettings settings = dataSettingsOf(*m_session.project());
    if (settings.calibration.files.empty())
        emit settingsNeeded([this, file] { writeImportance(file); });
    else
        startJob(core::ImportanceJob { settings.calibration, file });
}

void Workbench::refine(core::RefineJob settings)
{
    const DataSettings texts = dataSettingsOf(*m_session.project());
    settings.calibration = texts.calibration;
    settings.text = texts.evaluation;
    settings.held.window = settings.calibration.window;
    settings.held.samples = settings.windows;
    settings.plan.name += core::kRefinedSuffix;
    startJob(settings);
}

void Workbench::useRefinement(const core::Plan& before, const core::Refinement& found, const JobOutcome& outcome)
{
    const bool isBetter = !found.plan.layers.empty() && !(found.plan.layers == before.layers);
    if (isBetter)
        m_document.replacePlan(found.plan, tr("Refine by Measurement"));
    if (outcome.done || isBetter)
        emit message(refinementText(found, isBetter, outcome), !outcome.done && !outcome.stopped());
    else
        report(outcome);
}

} // namespace kerf::ui
