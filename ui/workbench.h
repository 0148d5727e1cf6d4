// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include <QObject>
#include <QStringList>
#include <QTimer>
#include <QUndoStack>

#include "core/exporters/exporter.h"
#include "core/jobs/data_lens.h"
#include "core/jobs/job.h"
#include "core/jobs/refine_job.h"
#include "core/jobs/sweep_job.h"
#include "core/solve/solver.h"
#include "ui/jobs/data_settings.h"
#include "ui/jobs/job_center.h"
#include "ui/jobs/queue_forecast.h"
#include "ui/model_session.h"
#include "ui/plan/plan_document.h"
#include "ui/plan/plan_saver.h"
#include "ui/runs/run_summary.h"
#include "ui/selection.h"

namespace kerf::ui {

class DecisionDesk;

/// What a window works on, without its widgets: the open model, the plan in hand, the selection, the jobs. Turns
/// wishes (profile, run, export …) into jobs and their results into state.
class Workbench : public QObject {
    Q_OBJECT
public:
    explicit Workbench(QObject* parent = nullptr);
    ~Workbench() override;

    ModelSession* session() { return &m_session; }
    const ModelSession* session() const { return &m_session; }
    Selection* selection() { return &m_selection; }
    PlanDocument* document() { return &m_document; }
    const PlanDocument* document() const { return &m_document; }
    JobCenter* jobs() { return &m_jobs; }
    DecisionDesk* desk() const { return m_desk.get(); }
    QUndoStack* undo() { return &m_undo; }
    /// From modelOpened() to modelClosed().
    bool hasModel() const { return m_isShown && m_session.isOpen(); }
    bool canWrite() const { return hasModel() && !m_session.isReadOnly(); }
    const std::vector<RunSummary>& runs() const { return m_runs; }
    /// What the runs are ranked by: what the chart shows, and the marks of chart and table.
    const RunFront& front() const { return m_front; }
    void setFrontAxes(core::FrontX x, core::FrontY y);

    /// Without a workspace: the one in the user's data folder that is named after the model. While a job runs the model
    /// of this window stays: openedElsewhere() asks for another window. It stays too when the other cannot be opened.
    void openModel(const std::filesystem::path& folder, const std::filesystem::path& workspace = {});
    /// Keeps the plan and lets go of the model, with its runs, jobs and undo steps. Not while a job runs; what waits is
    /// found again as a job that was stopped.
    void closeModel();
    void profile(const DataSettings& settings);
    /// Runs the plan in hand with the saved texts. settingsNeeded() comes instead when there are none yet.
    void runPlan() { run(m_document.plan()); }
    JobId run(const core::Plan& plan);
    /// The job that would be, for whoever wants to look before it begins. settingsNeeded(then) comes instead as above.
    std::optional<core::Job> runJobOf(const core::Plan& plan, const std::function<void()>& then);
    /// Begins a job or queues it; 0 when it did not come to be one.
    JobId startJob(const core::Job& job);
    /// The run whose layers a job makes or made last; 0 = none that the workspace has.
    core::RowId runOf(const JobRecord& job) const;
    /// Carries plans out one after the other; sweepItems() says where each of the sweep that began last stands.
    /// Returns the job; 0 when it did not come to be one.
    JobId sweep(std::vector<core::Plan> plans);
    /// Where a job of the open model would run, and what its plan is checked against.
    JobPlace jobPlace() const;
    /// The job that would be; nothing while there are no texts.
    std::optional<core::Job> sweepJobOf(std::vector<core::Plan> plans) const;
    const std::vector<core::SweepItem>& sweepItems() const { return m_sweep; }
    /// Measures what a run is still without: its divergence on the saved evaluation text, its speed.
    void evaluateRun(core::RowId run);
    /// Scores the run on the questions of a file (core/text/questions.h).
    void askRun(core::RowId run, const std::filesystem::path& file);
    void scoreRun(core::RowId run, const std::filesystem::path& file);
    void measureSpeed(core::RowId run);
    /// Measures these runs on the saved evaluation text, one after the other; stops with the first that is stopped.
    void evaluateRuns(std::vector<core::RowId> runs);
    /// Measures what the layers cost, each alone in the format it has in the plan, and adds it to the profile.
    void measureCells(const std::vector<int>& layers);
    /// Whether the saved calibration text does, beside another cut alike if there is one; lensFound() follows.
    void lookThroughLens(const std::vector<std::filesystem::path>& against, const std::string& format);
    /// Carries random plans out: predicted beside measured.
    void checkPrediction(int plans);
    /// One sitting: times the kernels of the runs' and the profile's formats; ModelSession::speeds() then has it.
    void timeFormats();
    bool isTiming() const { return m_timing; }
    /// Makes settings.plan better by measuring changes of it with the saved calibration text. What is found replaces
    /// the plan in hand, also when the job was stopped.
    void refine(core::RefineJob settings);
    void exportRun(core::RowId run, const std::string& target, const std::filesystem::path& folder);
    /// Writes the open checkpoint, which is quantized already, as another target with the codes that it has.
    void convert(const std::string& target, const std::filesystem::path& folder, bool roundScales);
    /// A checkpoint of the open model becomes a run, measured on the saved evaluation text where there is one; then it
    /// joins the runs that are compared, or the selected one where none are, if that is wanted.
    void addCheckpoint(const std::filesystem::path& path, bool compareIt = false);
    /// llama.cpp's importance matrix of the saved calibration text. settingsNeeded() comes instead when there is none.
    void writeImportance(const std::filesystem::path& file);
    /// What the slider and the predicted front keep to: formats that the loader takes, and its ties. Without a budget.
    core::SolveOptions solverLimits() const;
    /// The solver's plan with the methods and transforms of the plan in hand. Errors: as core::solvePlan.
    core::Result<core::Plan> solved(const core::SolveOptions& options) const;
    /// Replaces the plan by the solver's for a budget; steps of one drag are one undo step.
    void solve(double bitsPerWeight, int drag);
    /// Profiled formats that the chosen loader takes for every layer of this model.
    std::vector<std::string> loadableFormats() const;
    void useUniform(const std::string& format);
    void usePlanOfRun(core::RowId run);
    void setSequential(bool on);
    void renameRun(core::RowId run, const QString& name);
    void deleteRun(core::RowId run);
    void annotateRun(core::RowId run, const QString& note, const QStringList& tags);
    /// Keeps the plan in hand in the workspace under its name. Edits are kept as they are made, whether or not this is
    /// called: the next start has them.
    void savePlan();

signals:
    void opening(const std::filesystem::path& folder);
    void modelOpened();
    void modelClosed();
    void openFailed(const QString& message);
    void openedElsewhere(const std::filesystem::path& folder, const std::filesystem::path& workspace);
    /// Texts must be chosen; `then` is what was wanted with them.
    void settingsNeeded(const std::function<void()>& then);
    /// The model is quantized already: a person must say that it is to be quantized again, and then `go` starts it.
    void requantizeAsked(const std::function<void()>& go);
    void runsChanged();
    void sweepChanged();
    void predictionsChanged();
    void timesChanged(); ///< ModelSession::decodeTimes() may have more, or the measuring of it began or ended
    void exported(const kerf::core::ExportReport& report, const QString& target, const QString& run);
    void lensFound(const kerf::core::DataLens& lens);
    void message(const QString& text, bool isError);

private:
    static constexpr int kShownNotes = 2; ///< at once, in the message bar; the header's tooltip has all
    void finishOpening(core::ProjectPtr project, const std::filesystem::path& workspace);
    void showModel();
    core::Plan startingPlan() const;
    void saveDraft();
    void forgetModel();
    void summarize();
    void keepCompared();
    // workbench_jobs.cpp
    struct JobNews {
        std::optional<core::JobResult> result; ///< of a job that is done
        core::Refinement refinement; ///< the best so far, also of a search that was stopped
    };
    JobSpec specOf(const core::Job& job);
    void beforeJob(const core::Job& job);
    void afterJob(const core::Job& job, JobNews& news, const JobOutcome& outcome);
    void compareAdded(core::RowId run);
    void evaluateNext(const JobOutcome& outcome);
    core::Job told(const core::Job& job, const std::shared_ptr<JobNews>& news);
    void showItem(std::size_t index, const core::SweepItem& item);
    void useRefinement(const core::Plan& before, const core::Refinement& found, const JobOutcome& outcome);
    std::optional<DataSettings> completeSettings(const std::function<void()>& then);
    /// False when a person has to be asked first: `go` then follows their answer.
    bool mayQuantize(const std::function<void()>& go);
    void showNotes();
    void listStoredJobs();
    JobRecord storedRecord(const core::JobRow& row) const;
    void listUnfinishedRuns(const std::set<std::string>& covered);
    JobId start(JobSpec spec);
    void report(const JobOutcome& outcome);

    QUndoStack m_undo;
    ModelSession m_session;
    Selection m_selection;
    PlanDocument m_document { &m_undo };
    std::vector<RunSummary> m_runs;
    RunFront m_front;
    std::optional<core::FrontX> m_chosenX; ///< by a person; until then what ranks
    KnownPlans m_knownPlans; ///< of the open model's runs
    /// loadableFormats() of the present profile, by m_loadableFor: a drag asks at every move.
    mutable std::optional<std::vector<std::string>> m_loadable;
    mutable std::string m_loadableFor;
    std::vector<core::SweepItem> m_sweep;
    std::vector<std::filesystem::path> m_toCompare; ///< checkpoints that are being added
    std::vector<core::RowId> m_toEvaluate; ///< by evaluateRuns(), after the running one
    bool m_timing = false; ///< the running job is timeFormats()
    PlanSaver m_saver;
    bool m_isShown = false; ///< the open model was told of
    QTimer m_draftTimer; ///< many edits, one commit
    QTimer m_refresh; ///< reads what the running job committed
    JobCenter m_jobs; ///< its threads end before the rest is gone
    QueueForecast m_forecast { m_jobs.model() };
    std::unique_ptr<DecisionDesk> m_desk; ///< follows all of the above
};

} // namespace kerf::ui
