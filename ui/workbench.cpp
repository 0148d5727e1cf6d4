// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/workbench.h"

#include <utility>

#include <QLocale>

#include "core/plan/left_out.h"
#include "core/plan/locks.h"
#include "ui/decide/decision_desk.h"
#include "ui/jobs/work.h"
#include "ui/runs/run_commands.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr int kRefreshMilliseconds = 1000;
constexpr int kDraftMilliseconds = 300; ///< from an edit to its commit: what a crash may cost
constexpr int kDragMergeBase = 1000; ///< merge keys of slider drags; 0 and below never merge
constexpr const char* kDefaultFormat = "int4-g128";

std::int64_t fileBytes(const core::Checkpoint& checkpoint)
{
    std::int64_t bytes = 0;
    for (const std::filesystem::path& file : checkpoint.files()) {
        std::error_code unreadable;
        const auto size = std::filesystem::file_size(file, unreadable);
        bytes += unreadable ? 0 : static_cast<std::int64_t>(size);
    }
    return bytes;
}

} // namespace

Workbench::Workbench(QObject* parent)
    : QObject(parent)
{
    connect(&m_session, &ModelSession::runsChanged, this, &Workbench::summarize);
    connect(&m_session, &ModelSession::runsChanged, this, [this] { m_document.setSpeeds(m_session.modelSpeeds()); });
    connect(&m_session, &ModelSession::profileChanged, this, [this] { m_document.setProfile(m_session.profile()); });
    connect(&m_document, &PlanDocument::rejected, this, [this](const QString& text) { emit message(text, true); });
    connect(&m_saver, &PlanSaver::failed, this, [this](const QString& text) { emit message(text, true); });
    m_draftTimer.setSingleShot(true);
    m_draftTimer.setInterval(kDraftMilliseconds);
    connect(&m_draftTimer, &QTimer::timeout, this, &Workbench::saveDraft);
    // Every edit is a command. The timer is the context: it goes before the stack, which tells of its own end.
    connect(&m_undo, &QUndoStack::indexChanged, &m_draftTimer, [this] {
        if (!m_draftTimer.isActive())
            m_draftTimer.start();
    });
    for (const auto signal : { &PlanDocument::planReset, &PlanDocument::profileChanged })
        connect(&m_document, signal, this, [this] { m_loadable.reset(); });
    m_refresh.setInterval(kRefreshMilliseconds);
    connect(&m_refresh, &QTimer::timeout, &m_session, &ModelSession::refreshRuns);
    connect(&m_jobs, &JobCenter::started, this, [this] { m_refresh.start(); });
    connect(&m_jobs, &JobCenter::ended, this, [this] {
        if (!m_jobs.isRunning())
            m_refresh.stop();
        m_session.refreshRuns();
    });
    m_desk = std::make_unique<DecisionDesk>(this);
}

Workbench::~Workbench() = default;

// ---- opening

void Workbench::openModel(const std::filesystem::path& folder, const std::filesystem::path& workspace)
{
    if (m_jobs.isRunning()) {
        emit openedElsewhere(folder, workspace);
        return;
    }
    emit message({}, false);
    emit opening(folder);
    const auto project = std::make_shared<core::ProjectPtr>();
    const std::filesystem::path file = workspace.empty() ? ModelSession::defaultWorkspace(folder) : workspace;
    start({ tr("Open %1").arg(toQt(folder.filename().string())), openWork(folder, file, project),
        [this, project, file](const JobOutcome& outcome) {
            if (outcome.done)
                finishOpening(*project, file);
            else
                emit openFailed(outcome.message);
        },
        {}, false, {}, core::JobCompany::Timer, tr("Open") }); // alone: when it is done, the model is another
}

void Workbench::finishOpening(core::ProjectPtr project, const std::filesystem::path& workspace)
{
    savePlan();
    const bool hadModel = std::exchange(m_isShown, false);
    if (const auto opened = m_session.open(project, workspace); !opened) {
        m_isShown = hadModel;
        emit openFailed(toQt(opened.error().message));
        return;
    }
    forgetModel();
    m_document.reset(m_session.network(), project->otherBytes, startingPlan(), fileBytes(project->model.checkpoint));
    m_document.setProfile(m_session.profile());
    m_document.setSpeeds(m_session.modelSpeeds());
    // In an event of its own: both together would keep the window from its events for too long.
    QMetaObject::invokeMethod(this, &Workbench::showModel, Qt::QueuedConnection);
}

void Workbench::showModel()
{
    if (!m_session.isOpen())
        return;
    m_isShown = true;
    m_front.y = m_front.distance = core::distanceOf(*m_session.network());
    m_front.divergence = m_document.divergence();
    emit modelOpened();
    summarize();
    listStoredJobs();
    showNotes();
}

void Workbench::showNotes()
{
    QStringList lines;
    if (m_session.isReadOnly())
        lines << m_session.readOnlyReason();
    const core::Notes& notes = m_session.project()->model.notes;
    for (const core::Note& note : notes)
        if (lines.size() < kShownNotes)
            lines << toQt(note.text);
    if (const int more = static_cast<int>(notes.size()) - kShownNotes; more > 0)
        lines << tr("%n more note(s): point at the model's name, top right.", nullptr, more);
    if (!lines.isEmpty())
        emit message(lines.join(u'\n'), false);
}

bool Workbench::mayQuantize(const std::function<void()>& go)
{
    const core::Project& project = *m_session.project();
    if (!project.model.quantized || project.requantize)
        return true;
    emit requantizeAsked([this, go] {
        m_session.allowRequantize();
        go();
    });
    return false;
}

core::Plan Workbench::startingPlan() const
{
    const core::Network& network = *m_session.network();
    const auto fits = [&](const core::Plan& plan) {
        if (plan.layers.size() != network.layers().size())
            return false;
        for (std::size_t i = 0; i < plan.layers.size(); ++i) {
            if (plan.layers[i].layer != network.layers()[i].name)
                return false;
        }
        return true;
    };
    if (const std::optional<core::Plan> draft = m_session.draft(); draft && fits(*draft))
        return *draft;
    const std::vector<core::Plan> saved = m_session.savedPlans();
    for (auto plan = saved.rbegin(); plan != saved.rend(); ++plan) {
        if (fits(*plan))
            return *plan;
    }
    std::string format = kDefaultFormat;
    const std::string method = network.info().cannotRun.empty() ? core::kDefaultMethod : "rtn";
    auto plan = core::uniformPlan(network, format, format, method);
    if (plan && core::commonestFormat(*plan).empty() && !network.layers().empty()) {
        format = core::nearestFormat(kDefaultFormat, network.layers().front().shape);
        plan = core::uniformPlan(network, format, format, method);
    }
    return plan ? *plan : core::Plan {};
}

void Workbench::closeModel()
{
    if (m_jobs.isRunning()) {
        emit message(tr("A job is running. Stop it before closing the model."), true);
        return;
    }
    if (!hasModel())
        return;
    savePlan();
    m_isShown = false;
    forgetModel();
    m_document.reset(nullptr, 0, {});
    m_session.close();
    emit message({}, false);
    emit modelClosed();
    emit runsChanged();
}

/// What was found out of the model that goes, and what points into it.
void Workbench::forgetModel()
{
    m_saver.close();
    m_selection.clear();
    m_forecast.clear();
    m_jobs.forget();
    m_runs.clear();
    m_knownPlans.clear();
    m_sweep.clear();
    m_toEvaluate.clear();
    m_loadable.reset();
}

void Workbench::saveDraft()
{
    if (canWrite() && !m_document.isEmpty())
        m_saver.save(m_session.workspaceFile(), m_session.modelId(), m_document.plan());
}

void Workbench::savePlan()
{
    if (!canWrite() || m_document.isEmpty())
        return;
    m_draftTimer.stop();
    saveDraft();
    m_saver.flush();
    if (const auto saved = m_session.savePlan(m_document.plan()); !saved)
        emit message(toQt(saved.error().message), true);
}

// ---- the plan

core::Result<core::Plan> Workbench::solved(const core::SolveOptions& options) const
{
    return core::solvePlan(
        *m_document.profile(), *m_document.network(), m_document.otherBytes(), options, m_document.plan());
}

core::SolveOptions Workbench::solverLimits() const
{
    core::SolveOptions limits;
    limits.tieFused = m_document.loader() == "vllm";
    limits.formats = loadableFormats();
    return limits;
}

void Workbench::solve(double bitsPerWeight, int drag)
{
    if (!m_document.profile())
        return;
    core::SolveOptions options = solverLimits();
    options.bitsPerWeight = bitsPerWeight;
    auto plan = solved(options);
    if (!plan) {
        emit message(toQt(plan.error().message), true);
        return;
    }
    plan->name = tr("mixed %1").arg(QLocale::c().toString(bitsPerWeight, 'f', 2)).toStdString();
    emit message({}, false);
    m_document.replacePlan(std::move(*plan),
        tr("Solve for %1 Bits per Weight").arg(QLocale().toString(bitsPerWeight, 'f', 2)), kDragMergeBase + drag);
}

std::vector<std::string> Workbench::loadableFormats() const
{
    if (m_loadable && m_loadableFor == m_document.loader())
        return *m_loadable;
    std::vector<std::string> loadable; // none: the solver then uses all, and the loader check says what is wrong
    for (const std::string& format : m_document.profile()->formats) {
        const auto plan = core::uniformPlan(*m_document.network(), format, format, core::kDefaultMethod);
        const auto problems = plan ? core::checkLoader(*plan, *m_document.network(), m_document.loader())
                                   : core::Result<std::vector<core::PlanProblem>>(tl::unexpected(plan.error()));
        if (problems && problems->empty())
            loadable.push_back(format);
    }
    m_loadable = loadable;
    m_loadableFor = m_document.loader();
    return loadable;
}

void Workbench::useUniform(const std::string& format)
{
    std::vector<std::string> kept;
    // The method in hand stays.
    const std::string method = m_document.isEmpty() ? core::kDefaultMethod : m_document.plan().layers.front().method;
    auto plan = core::uniformPlan(*m_document.network(), format, format, method, &kept);
    if (!plan) {
        emit message(toQt(plan.error().message), true);
        return;
    }
    plan->mode = m_document.plan().mode;
    plan->settings = m_document.plan().settings;
    plan->transforms = m_document.plan().transforms;
    plan->kv = m_document.plan().kv;
    core::keepLocked(m_document.plan(), *plan);
    m_document.replacePlan(std::move(*plan), tr("Set All Layers to %1").arg(toQt(format)));
    if (!kept.empty())
        emit message(
            tr("%n layer(s) keep 16 bit: their shape does not take %1.", nullptr, static_cast<int>(kept.size()))
                .arg(toQt(format)),
            false);
}

void Workbench::usePlanOfRun(core::RowId run)
{
    if (const core::RunRow* row = m_session.run(run))
        m_document.replacePlan(row->plan, tr("Use Plan of %1").arg(toQt(row->name)));
}

void Workbench::setSequential(bool on)
{
    core::Plan plan = m_document.plan();
    plan.mode = on ? core::QuantizeMode::Sequential : core::QuantizeMode::Independent;
    m_document.replacePlan(std::move(plan), on ? tr("Use Sequential Mode") : tr("Use Independent Mode"), 0, false);
}

// ---- runs

void Workbench::renameRun(core::RowId run, const QString& name)
{
    if (const core::RunRow* row = m_session.run(run))
        m_undo.push(new RenameRunCommand(
            m_session, run, toQt(row->name), name, [this](const QString& problem) { emit message(problem, true); }));
}

void Workbench::deleteRun(core::RowId run)
{
    const core::RunRow* row = m_session.run(run);
    if (!row)
        return;
    if (row->state == core::RunState::Running && m_jobs.isRunning()) {
        emit message(tr("%1 is running. Stop it before deleting it.").arg(toQt(row->name)), true);
        return;
    }
    m_undo.push(new DeleteRunCommand(
        m_session, run, toQt(row->name), [this](const QString& problem) { emit message(problem, true); }));
}

void Workbench::annotateRun(core::RowId run, const QString& note, const QStringList& tags)
{
    const core::RunRow* row = m_session.run(run);
    if (!row)
        return;
    const RunNote before { row->note, row->tags };
    RunNote after { note.toStdString(), {} };
    for (const QString& tag : tags)
        after.tags.push_back(tag.toStdString());
    if (!(before == after))
        m_undo.push(new AnnotateRunCommand(
            m_session, run, before, std::move(after), [this](const QString& problem) { emit message(problem, true); }));
}

/// Runs that are gone are compared no more.
void Workbench::keepCompared()
{
    std::vector<core::RowId> compared = m_selection.compared();
    std::erase_if(compared, [this](core::RowId run) { return m_session.run(run) == nullptr; });
    m_selection.setCompared(std::move(compared));
}

void Workbench::summarize()
{
    if (!hasModel())
        return;
    // Before any kernel is timed nothing has a speed: neither runs nor the predicted front.
    const auto speeds = m_session.modelSpeeds();
    const bool timed = speeds && !speeds->table.isEmpty();
    const auto x = m_chosenX || timed ? m_chosenX : std::optional(core::FrontX::Size);
    const core::RunRanks ranks = core::rankRuns(m_session.runs(), m_session.speeds(), x, m_front.y);
    m_front.x = ranks.x;
    m_front.y = ranks.y;
    m_front.speeds = ranks.speeds;
    m_runs = summarizeRuns(m_session.runs(), *m_session.network(), m_session.project()->otherBytes, m_session.profile(),
        ranks, m_knownPlans);
    keepCompared();
    emit runsChanged();
}

void Workbench::setFrontAxes(core::FrontX x, core::FrontY y)
{
    m_chosenX = x;
    m_front.y = y;
    summarize();
}

} // namespace kerf::ui
