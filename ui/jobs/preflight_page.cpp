// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/preflight_page.h"

#include <algorithm>
#include <utility>

#include <QAction>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QShortcut>
#include <QTableView>
#include <QVBoxLayout>

#include "core/jobs/run_job.h"
#include "ui/actions.h"
#include "ui/jobs/preflight_model.h"
#include "ui/row_table.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr int kSoonMilliseconds = 600; ///< after the last of many edits
const QString kShow = QStringLiteral("preflight/show");
constexpr const char* kShowNames[] = { "always", "needed", "never" };

} // namespace

ShowPreflight savedShowPreflight()
{
    const QString name = QSettings().value(kShow, QLatin1String(kShowNames[1])).toString();
    const auto* const found = std::ranges::find(kShowNames, name, [](const char* each) { return QLatin1String(each); });
    return found == std::end(kShowNames) ? ShowPreflight::WhenNeeded
                                         : static_cast<ShowPreflight>(found - std::begin(kShowNames));
}

void saveShowPreflight(ShowPreflight show)
{
    QSettings().setValue(kShow, QLatin1String(kShowNames[static_cast<int>(show)]));
}

PreflightPage::PreflightPage(Workbench* workbench, Actions* actions, QWidget* parent)
    : QWidget(parent)
    , m_workbench(workbench)
    , m_actions(actions)
    , m_model(new PreflightModel(this))
    , m_view(new QTableView(this))
    , m_title(new QLabel(this))
    , m_summary(new QLabel(this))
    , m_start(new QPushButton(this))
{
    setObjectName(QStringLiteral("preflightPage"));
    m_view->setObjectName(QStringLiteral("preflightTable"));
    m_view->setAccessibleName(tr("Checks before the run"));
    m_view->setModel(m_model);
    showAsRows(m_view, PreflightModel::BasisColumn);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 12, 14, 10);
    layout->addWidget(makeHead());
    layout->addWidget(m_view, 1);
    layout->addWidget(makeFoot());
    m_soon.setSingleShot(true);
    m_soon.setInterval(kSoonMilliseconds);
    connect(&m_soon, &QTimer::timeout, this, &PreflightPage::check);
    follow();
    addKeys();
    setFocusProxy(m_view);
    showHead();
}

void PreflightPage::follow()
{
    connect(&m_checks, &PlannedChecks::changed, this, &PreflightPage::showResult);
    const auto edited = [this] {
        m_isCurrent = false;
        showHead();
        checkSoon();
    };
    connect(m_workbench->document(), &PlanDocument::estimateChanged, this, edited);
    connect(m_workbench->jobs(), &JobCenter::ended, this, &PreflightPage::checkSoon); // layers are there that were not
    connect(m_workbench->jobs(), &JobCenter::queueChanged, this, &PreflightPage::showHead);
}

void PreflightPage::addKeys()
{
    auto* first = new QShortcut(QKeySequence(Qt::Key_Return), m_view);
    first->setContext(Qt::WidgetShortcut);
    connect(first, &QShortcut::activated, this, &PreflightPage::pressFirstFix);
    for (const auto key : { Qt::CTRL | Qt::Key_Return, Qt::CTRL | Qt::Key_Enter }) {
        auto* go = new QShortcut(QKeySequence(key), this);
        go->setContext(Qt::WidgetWithChildrenShortcut);
        connect(go, &QShortcut::activated, this, &PreflightPage::start);
    }
}

QWidget* PreflightPage::makeHead()
{
    auto* head = new QWidget(this);
    QFont large = m_title->font();
    large.setBold(true);
    large.setPointSizeF(large.pointSizeF() * 1.3);
    m_title->setFont(large);
    m_title->setTextFormat(Qt::PlainText);
    m_summary->setObjectName(QStringLiteral("preflightSummary"));
    m_summary->setForegroundRole(QPalette::PlaceholderText);
    m_summary->setWordWrap(true);
    m_start->setObjectName(QStringLiteral("preflightStart"));
    m_start->setProperty("primary", true);
    connect(m_start, &QPushButton::clicked, this, &PreflightPage::start);
    auto* cancel = new QPushButton(tr("Cancel"), head);
    connect(cancel, &QPushButton::clicked, this, &PreflightPage::done);
    auto* texts = new QVBoxLayout;
    texts->addWidget(m_title);
    texts->addWidget(m_summary);
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 4);
    layout->addLayout(texts, 1);
    layout->addWidget(m_start, 0, Qt::AlignTop);
    layout->addWidget(cancel, 0, Qt::AlignTop);
    return head;
}

QWidget* PreflightPage::makeFoot()
{
    auto* foot = new QWidget(this);
    auto* hint
        = new QLabel(tr("A warning does not stop the start. Enter presses the first fix, Ctrl+Enter starts."), foot);
    hint->setForegroundRole(QPalette::PlaceholderText);
    hint->setWordWrap(true);
    auto* show = new QComboBox(foot);
    show->setObjectName(QStringLiteral("preflightShow"));
    show->addItems({ tr("always"), tr("when something is to be settled"), tr("never") });
    show->setCurrentIndex(static_cast<int>(savedShowPreflight()));
    auto* label = new QLabel(tr("Show &before Run Plan"), foot);
    label->setBuddy(show);
    connect(
        show, &QComboBox::currentIndexChanged, this, [](int at) { saveShowPreflight(static_cast<ShowPreflight>(at)); });
    auto* layout = new QHBoxLayout(foot);
    layout->setContentsMargins(0, 4, 0, 0);
    layout->addWidget(hint, 1);
    layout->addWidget(label);
    layout->addWidget(show);
    return foot;
}

const core::JobChecks& PreflightPage::checks() const
{
    return m_model->checks();
}

std::optional<core::Job> PreflightPage::plannedJob()
{
    if (!m_workbench->canWrite())
        return std::nullopt;
    return m_workbench->runJobOf(m_workbench->document()->plan(), [workbench = m_workbench] { workbench->runPlan(); });
}

void PreflightPage::check()
{
    const std::optional<core::Job> job = plannedJob();
    if (!job)
        return emit done(); // there are no texts yet, and a person is asked for them
    m_texts = job->settings().dump();
    m_checks.look(*job, m_workbench->jobPlace());
}

void PreflightPage::showResult()
{
    m_isCurrent = m_checks.found() != nullptr;
    if (!m_isCurrent)
        return showHead();
    m_model->setChecks(*m_checks.found());
    addFixes();
    showHead();
    emit checked(checks().isClear());
}

void PreflightPage::showHead()
{
    m_title->setText(tr("Run %1").arg(toQt(m_workbench->document()->plan().name)));
    const core::JobChecks& found = checks();
    QStringList parts;
    if (!m_isCurrent) {
        parts << tr("checking…");
    } else {
        for (const char* id : { "time", "memory", "to_do" })
            if (const core::JobCheck* check = found.find(id))
                parts << toQt(check->result);
        const auto blocks = std::ranges::count(found.checks, core::CheckState::Block, &core::JobCheck::state);
        const auto warnings = std::ranges::count(found.checks, core::CheckState::Warn, &core::JobCheck::state);
        if (blocks > 0)
            parts << tr("%n thing(s) to settle first", nullptr, static_cast<int>(blocks));
        if (warnings > 0)
            parts << tr("%n warning(s)", nullptr, static_cast<int>(warnings));
    }
    m_summary->setText(parts.join(QStringLiteral(" · ")));
    m_start->setText(m_workbench->jobs()->isRunning() ? tr("Add to the Queue") : tr("Start"));
    m_start->setEnabled(m_isCurrent && !found.isBlocked());
    m_start->setToolTip(m_start->isEnabled() ? tr("Ctrl+Enter")
            : m_isCurrent                    ? tr("Something has to be settled first")
                                             : tr("The plan is being checked"));
}

void PreflightPage::addFixes()
{
    int width = 0; // the header does not ask the buttons
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const core::JobCheck& check = m_model->check(row);
        const QString text = fixText(check);
        if (text.isEmpty())
            continue;
        auto* button = new QPushButton(text, m_view);
        button->setObjectName(QStringLiteral("fix_%1").arg(toQt(check.id)));
        button->setAccessibleDescription(toQt(check.basis));
        connect(button, &QPushButton::clicked, this, [this, check] { fix(check); });
        m_view->setIndexWidget(m_model->index(row, PreflightModel::FixColumn), button);
        m_view->setRowHeight(row, button->sizeHint().height() + 4);
        width = std::max(width, button->sizeHint().width() + 8);
    }
    m_view->horizontalHeader()->setSectionResizeMode(PreflightModel::FixColumn, QHeaderView::Fixed);
    m_view->horizontalHeader()->resizeSection(PreflightModel::FixColumn, width);
    if (m_model->rowCount() > 0 && !m_view->currentIndex().isValid())
        m_view->selectRow(0);
}

void PreflightPage::pressFirstFix()
{
    const auto press = [this](core::CheckState state) {
        const auto found = std::ranges::find_if(
            checks().checks, [&](const core::JobCheck& check) { return check.state == state && check.fix; });
        if (found == checks().checks.end())
            return false;
        fix(core::JobCheck(*found));
        return true;
    };
    if (!press(core::CheckState::Block))
        press(core::CheckState::Warn);
}

void PreflightPage::fix(const core::JobCheck& check)
{
    if (check.fix && check.fix->kind == "evaluation_windows")
        useWindows(check.fix->count);
    else if (check.fix)
        m_actions->settings->trigger();
    else
        selectLayers(check.layers);
}

void PreflightPage::useWindows(std::int64_t count)
{
    const core::Project& project = *m_workbench->session()->project();
    DataSettings settings = dataSettingsOf(project);
    settings.evaluation.samples = count;
    saveDataSettings(project, settings);
    check();
}

void PreflightPage::selectLayers(const std::vector<std::string>& names)
{
    std::vector<int> rows;
    const auto& layers = m_workbench->document()->plan().layers;
    for (std::size_t i = 0; i < layers.size(); ++i)
        if (std::ranges::find(names, layers[i].layer) != names.end())
            rows.push_back(static_cast<int>(i));
    const int current = rows.empty() ? -1 : rows.front();
    m_workbench->selection()->setLayers(std::move(rows), current);
}

void PreflightPage::start()
{
    if (!m_isCurrent || checks().isBlocked())
        return;
    m_workbench->runPlan();
    emit done();
}

bool PreflightPage::event(QEvent* event)
{
    // Texts are chosen in a dialog: when it closes, they may be others.
    if (event->type() == QEvent::WindowActivate && isVisible() && m_workbench->hasModel())
        if (const std::optional<core::Job> job = plannedJob(); job && job->settings().dump() != m_texts)
            check();
    return QWidget::event(event);
}

} // namespace kerf::ui
