// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/model_session.h"

#include "core/jobs/fitted_profile.h"
#include "core/jobs/speed_job.h"
#include "ui/settings/preferences.h"
#include "ui/value_text.h"

namespace kerf::ui {

std::filesystem::path ModelSession::defaultWorkspace(const std::filesystem::path& modelFolder)
{
    std::error_code ignored;
    std::filesystem::path folder = std::filesystem::weakly_canonical(modelFolder, ignored);
    if (folder.filename().empty())
        folder = folder.parent_path();
    // ".../sample/model" says more than "model".
    std::string name = folder.filename().string();
    if (name == "model")
        name = folder.parent_path().filename().string();
    const std::filesystem::path wanted = std::filesystem::path(workspaceFolder().toStdString()) / (name + ".kerf");
    const std::filesystem::path usual = std::filesystem::path(usualWorkspaceFolder().toStdString()) / (name + ".kerf");
    return !std::filesystem::exists(wanted, ignored) && std::filesystem::exists(usual, ignored) ? usual : wanted;
}

core::Status ModelSession::open(core::ProjectPtr project, const std::filesystem::path& workspaceFile)
{
    auto writer = core::Workspace::open(workspaceFile);
    if (!writer)
        return tl::unexpected(writer.error());
    KERF_TRY(auto reader, core::Workspace::openReader(workspaceFile));
    core::RowId model = 0;
    if (!writer->isReadOnly()) {
        KERF_TRY(model, core::registerModel(*project, *writer));
    } else {
        KERF_TRY(const auto models, reader.models());
        for (const core::ModelRow& row : models)
            model = row.hash == project->modelHash ? row.id : model;
    }
    m_project = std::move(project);
    m_file = workspaceFile;
    m_writer.emplace(std::move(*writer));
    m_reader.emplace(std::move(reader));
    m_model = model;
    forgetMeasured();
    const bool hasRuns = readMeasured(); // before the profile, which is fitted to them
    refreshProfile();
    if (hasRuns)
        emit runsChanged();
    return {};
}

void ModelSession::close()
{
    m_project.reset();
    m_file.clear();
    m_writer.reset();
    m_reader.reset();
    m_model = 0;
    forgetMeasured();
    emit profileChanged();
    emit runsChanged();
}

void ModelSession::forgetMeasured()
{
    m_stored.reset();
    m_profile.reset();
    m_fittedTo.clear();
    m_runs.clear();
    m_checks.clear();
    m_speeds.clear();
    m_version = -1;
}

std::shared_ptr<const core::Network> ModelSession::network() const
{
    return m_project ? m_project->model.network : nullptr;
}

QString ModelSession::readOnlyReason() const
{
    return m_writer ? toQt(m_writer->readOnlyReason()) : QString();
}

const core::RunRow* ModelSession::run(core::RowId id) const
{
    for (const core::RunRow& row : m_runs) {
        if (row.id == id)
            return &row;
    }
    return nullptr;
}

core::Result<std::int64_t> ModelSession::exportBytes(core::RowId id, const core::Exporter& exporter) const
{
    return core::exportBytes(*m_project, *m_reader, id, exporter);
}

std::vector<core::RunLayerRow> ModelSession::runLayers(core::RowId id) const
{
    if (!m_reader || id == 0)
        return {};
    return m_reader->runLayers(id).value_or(std::vector<core::RunLayerRow>());
}

std::vector<core::EventRow> ModelSession::events(core::RowId id) const
{
    if (!m_reader || id == 0)
        return {};
    return m_reader->events(id).value_or(std::vector<core::EventRow>());
}

std::vector<core::JobRow> ModelSession::storedJobs() const
{
    if (!m_reader || m_model == 0)
        return {};
    return m_reader->jobs(m_model).value_or(std::vector<core::JobRow>());
}

core::RowId ModelSession::keepWaiting(const core::Job& job)
{
    if (!m_writer || m_model == 0)
        return 0;
    const auto row = m_writer->beginJob(m_model, job.kind(), job.settings());
    if (!row || !m_writer->endJob(*row, core::RunState::Stopped, "It waited in the queue and had not begun.", 0))
        return 0;
    return *row;
}

void ModelSession::dropWaiting(core::RowId job)
{
    if (!m_writer || job == 0)
        return;
    if (const auto row = m_writer->job(job); row && row->state == core::RunState::Stopped && row->seconds == 0)
        (void)m_writer->deleteJob(job);
}

core::LayerTimes ModelSession::layerTimes() const
{
    if (!m_reader || m_model == 0)
        return {};
    return core::LayerTimes::read(*m_reader, m_model, *network()).value_or(core::LayerTimes());
}

std::vector<core::EventRow> ModelSession::jobEvents(core::RowId job) const
{
    if (!m_reader)
        return {};
    return m_reader->jobEvents(job).value_or(std::vector<core::EventRow>());
}

std::vector<core::Plan> ModelSession::savedPlans() const
{
    if (!m_reader || m_model == 0)
        return {};
    return m_reader->plans(m_model).value_or(std::vector<core::Plan>());
}

std::optional<core::Plan> ModelSession::draft() const
{
    if (!m_reader || m_model == 0)
        return {};
    return m_reader->draft(m_model).value_or(std::nullopt);
}

std::optional<core::DecodeTimes> ModelSession::decodeTimes() const
{
    if (!m_reader || !m_profile)
        return {};
    const auto known = m_speeds.find(m_model);
    return known == m_speeds.end() ? std::nullopt : core::decodeTimes(known->second, m_profile->formats);
}

std::shared_ptr<const core::ModelSpeeds> ModelSession::modelSpeeds() const
{
    const auto known = m_speeds.find(m_model);
    return known == m_speeds.end() ? nullptr : std::make_shared<const core::ModelSpeeds>(known->second);
}

bool ModelSession::readMeasured()
{
    if (!m_reader || m_model == 0)
        return false;
    m_version = m_reader->dataVersion(); // before reading: what is committed meanwhile is read the next time
    if (!m_reader->updateRuns(m_model, m_runs))
        return false;
    m_checks = m_reader->predictionRows(m_model).value_or(std::vector<core::PredictionRow>());
    m_speeds[m_model] = core::loadSpeeds(*m_reader, m_model).value_or(core::ModelSpeeds());
    return true;
}

void ModelSession::refreshRuns()
{
    // Called every second while a job runs: without news nothing is read, and no view is told.
    if (m_reader && m_version >= 0 && m_reader->dataVersion() == m_version)
        return;
    if (!readMeasured())
        return;
    fitProfile(false);
    emit runsChanged();
}

void ModelSession::refreshProfile()
{
    if (!m_reader || m_model == 0)
        return;
    auto profile = m_reader->latestProfile(m_model);
    m_stored = profile ? std::move(*profile) : std::nullopt;
    fitProfile(true);
}

void ModelSession::fitProfile(bool always)
{
    const std::vector<core::MeasuredPlan> measured = core::measuredPlans(m_runs, m_checks);
    std::vector<double> klds;
    klds.reserve(measured.size());
    for (const core::MeasuredPlan& one : measured)
        klds.push_back(one.kld);
    if (!always && (!m_stored || klds == m_fittedTo))
        return;
    m_fittedTo = std::move(klds);
    m_profile = m_stored ? std::make_shared<const core::Profile>(core::refitProfile(*m_stored, measured)) : nullptr;
    emit profileChanged();
}

core::Status ModelSession::renameRun(core::RowId id, const QString& name)
{
    KERF_CHECK(m_writer->renameRun(id, name.toStdString()));
    refreshRuns();
    return {};
}

core::Status ModelSession::deleteRun(core::RowId id)
{
    KERF_CHECK(m_writer->deleteRun(id));
    refreshRuns();
    return {};
}

core::Status ModelSession::undeleteRun(core::RowId id)
{
    KERF_CHECK(m_writer->undeleteRun(id));
    refreshRuns();
    return {};
}

core::Status ModelSession::annotateRun(core::RowId id, const std::string& note, const std::vector<std::string>& tags)
{
    KERF_CHECK(m_writer->setRunTags(id, tags));
    KERF_CHECK(m_writer->setRunNote(id, note));
    refreshRuns();
    return {};
}

std::vector<core::RunRow> ModelSession::deletedRuns() const
{
    if (!m_reader || m_model == 0)
        return {};
    return m_reader->deletedRuns(m_model).value_or(std::vector<core::RunRow>());
}

core::Result<core::Emptied> ModelSession::emptyTrash(std::optional<core::RowId> run)
{
    return core::emptyTrash(*m_writer, m_model, run);
}

core::Status ModelSession::savePlan(const core::Plan& plan)
{
    KERF_TRY([[maybe_unused]] const core::RowId row, m_writer->savePlan(m_model, plan));
    return {};
}

core::Result<std::optional<core::DecisionSettings>> ModelSession::decisionSettings() const
{
    return core::storedDecision(*m_project, *m_reader);
}

core::Status ModelSession::saveDecision(const core::DecisionSettings& settings)
{
    return m_writer->saveDecision(m_model, core::toJson(settings));
}

} // namespace kerf::ui
