// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include <QObject>
#include <QString>

#include "core/jobs/decision.h"
#include "core/jobs/export_job.h"
#include "core/jobs/job.h"
#include "core/jobs/layer_times.h"
#include "core/jobs/project.h"
#include "core/jobs/run_ranks.h"
#include "core/jobs/trash.h"
#include "core/profile/profile.h"
#include "core/solve/solver.h"
#include "core/workspace/workspace.h"

namespace kerf::ui {

/// The open model and its workspace: what is on disk, as the views last read it. Jobs write through connections of
/// their own; refresh() reads what they committed. UI thread only.
class ModelSession : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// The workspace of a model, named after it: in the folder that was chosen for workspaces; in the user's data
    /// folder where there is one already.
    static std::filesystem::path defaultWorkspace(const std::filesystem::path& modelFolder);

    /// Opens the workspace and reads what it knows of this model. Errors: as Workspace::open; what was open stays so.
    core::Status open(core::ProjectPtr project, const std::filesystem::path& workspaceFile);
    /// Lets go of model and workspace. Nothing is open, and everything that can be asked for is empty.
    void close();
    bool isOpen() const { return m_project != nullptr; }

    const core::ProjectPtr& project() const { return m_project; }
    /// From now on a model that is quantized already is worked on all the same: a person was asked.
    void allowRequantize() { m_project = core::withRequantize(*m_project); }
    std::shared_ptr<const core::Network> network() const;
    const std::filesystem::path& workspaceFile() const { return m_file; }
    core::RowId modelId() const { return m_model; }
    bool isReadOnly() const { return m_writer && m_writer->isReadOnly(); }
    QString readOnlyReason() const;
    /// The newest profile, fitted to the runs that were measured.
    std::shared_ptr<const core::Profile> profile() const { return m_profile; }
    const std::vector<core::RunRow>& runs() const { return m_runs; }
    const core::RunRow* run(core::RowId id) const;
    /// What an export of the run would take; Exporter::weightBytes. Errors: as core::runExport.
    core::Result<std::int64_t> exportBytes(core::RowId id, const core::Exporter& exporter) const;
    /// The layer reports of a run; empty when there is none.
    std::vector<core::RunLayerRow> runLayers(core::RowId id) const;
    std::vector<core::EventRow> events(core::RowId id) const;
    /// Jobs of this model, oldest first, and what one of them said.
    std::vector<core::JobRow> storedJobs() const;
    std::vector<core::EventRow> jobEvents(core::RowId job) const;
    /// What layers of this model took on this machine.
    core::LayerTimes layerTimes() const;
    std::vector<core::Plan> savedPlans() const;
    /// The plan as it was edited last, also when the program ended unasked; nothing when it never was.
    std::optional<core::Plan> draft() const;
    /// Plans whose divergence was predicted and measured.
    const std::vector<core::PredictionRow>& predictions() const { return m_checks; }
    /// The table of kernel times, from which speeds come.
    const core::WorkspaceSpeeds& speeds() const { return m_speeds; }
    /// Of this model; null when nothing was timed.
    std::shared_ptr<const core::ModelSpeeds> modelSpeeds() const;
    /// What decoding takes in the profile's formats, as far as it was measured.
    std::optional<core::DecodeTimes> decodeTimes() const;

    void refreshRuns();
    void refreshProfile();
    /// These write at once; they are small. Errors: Locked, Io.
    core::Status renameRun(core::RowId id, const QString& name);
    core::Status deleteRun(core::RowId id);
    core::Status undeleteRun(core::RowId id);
    core::Status annotateRun(core::RowId id, const std::string& note, const std::vector<std::string>& tags);
    std::vector<core::RunRow> deletedRuns() const; ///< in the trash, oldest first
    /// Removes them for good; with `run` that one alone. @pre no job runs
    core::Result<core::Emptied> emptyTrash(std::optional<core::RowId> run = {});
    core::Status savePlan(const core::Plan& plan);
    /// Settings of the decision on this model; nothing: none were made yet. Errors: as core::storedDecision.
    core::Result<std::optional<core::DecisionSettings>> decisionSettings() const;
    core::Status saveDecision(const core::DecisionSettings& settings);
    /// Notes a job that waits for its turn, so that it is found as one that stopped, should it never come. Its row; 0
    /// when it cannot be noted.
    core::RowId keepWaiting(const core::Job& job);
    /// Forgets it again, unless it was worked on.
    void dropWaiting(core::RowId job);

signals:
    void runsChanged();
    void profileChanged();

private:
    void forgetMeasured();
    /// Reads runs, prediction checks and kernel times. False when the runs cannot be read: they stay as they were.
    bool readMeasured();
    /// Fits the profile to the runs, when what was measured is not what it was fitted to.
    void fitProfile(bool always);

    core::ProjectPtr m_project;
    std::filesystem::path m_file;
    std::optional<core::Workspace> m_writer; ///< held so that a second program gets the file read-only
    std::optional<core::Workspace> m_reader;
    std::int64_t m_version = -1; ///< of the workspace when m_runs and m_checks were read; -1: never
    core::RowId m_model = 0;
    std::optional<core::Profile> m_stored; ///< the profile as it was measured
    std::shared_ptr<const core::Profile> m_profile;
    std::vector<core::RunRow> m_runs;
    std::vector<core::PredictionRow> m_checks;
    core::WorkspaceSpeeds m_speeds; ///< of this model
    std::vector<double> m_fittedTo; ///< divergences that m_profile was fitted to
};

} // namespace kerf::ui
