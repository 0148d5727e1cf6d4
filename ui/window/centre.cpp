// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/window/centre.h"

#include <algorithm>

#include <QAction>
#include <QHBoxLayout>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/actions.h"
#include "ui/charts/prediction_chart.h"
#include "ui/compare/compare_page.h"
#include "ui/decide/decide_page.h"
#include "ui/export/export_page.h"
#include "ui/formats/number_formats_page.h"
#include "ui/graph/graph_model.h"
#include "ui/graph/graph_page.h"
#include "ui/graph/graph_view.h"
#include "ui/heatmap/heatmap.h"
#include "ui/heatmap/heatmap_model.h"
#include "ui/heatmap/layer_formats_page.h"
#include "ui/heatmap/map_export.h"
#include "ui/heatmap/measure_choice.h"
#include "ui/help/manual_window.h"
#include "ui/jobs/preflight_page.h"
#include "ui/message_bar.h"
#include "ui/picture_file.h"
#include "ui/plan/plan_reference.h"
#include "ui/text/generate_page.h"
#include "ui/text/text_page.h"
#include "ui/value_text.h"
#include "ui/welcome/welcome_page.h"
#include "ui/window/panel_tabs.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr int kSlowMilliseconds = 700; ///< after which checks are watched

} // namespace

Centre::Centre(Workbench* workbench, Actions* actions, QWidget* parent)
    : QWidget(parent)
    , m_workbench(workbench)
    , m_actions(actions)
    , m_message(new MessageBar(this))
    , m_stack(new QStackedWidget(this))
    , m_welcome(new WelcomePage(actions->openSample, actions->openFolder, this))
    , m_welcomeArea(scrolled(m_welcome, this))
    , m_pages(makePanelTabs(tr("Views of the model"), this))
{
    makePages(actions);
    m_stack->addWidget(m_welcomeArea);
    m_stack->addWidget(m_pages);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_message);
    layout->addWidget(m_stack, 1);
    followWorkbench();
}

void Centre::makePages(Actions* actions)
{
    auto* map = new HeatmapModel(m_workbench->document());
    m_heatmap = new Heatmap(map, m_workbench->selection(), this);
    map->setParent(m_heatmap); // it lasts as long as what shows it
    m_heatmap->setHint(
        tr("No profile yet. The cells show the bits of each layer's format; choose Profile (Ctrl+P) to see "
           "how sensitive the layers are and to let the budget slider plan for you."));
    // The map's own menu repeats what the menus offer for the selected layers.
    m_heatmap->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_reference = new PlanReference(m_workbench, this);
    m_measures = new MeasureChoice(map, m_workbench->document(), m_reference, this);
    m_measures->fillMenu(actions->measureMenu);
    followExperts(map);
    m_layerFormats = new LayerFormatsPage(m_workbench->document(), m_workbench->selection(), this);
    connect(actions->numberFormats, &QAction::triggered, this, [this] { showNumberFormats(); });
    m_prediction = new PredictionChart(actions->checkPrediction, this);
    for (QWidget* page : { static_cast<QWidget*>(m_heatmap), static_cast<QWidget*>(m_layerFormats) })
        setManualPage(page, QStringLiteral("map.md"));
    setManualPage(m_prediction, QStringLiteral("front.md"));
    m_mapPage = new QSplitter(Qt::Vertical, this);
    m_mapPage->setChildrenCollapsible(false);
    m_mapPage->addWidget(makeMap(map));
    m_pages->addTab(m_mapPage, tr("Sensitivity × Format"));
    makeGraph(actions);
    m_pages->addTab(m_layerFormats, tr("Formats of One Layer"));
    m_pages->addTab(m_prediction, tr("Predicted × Measured"));
    auto* text = new TextPage(m_workbench, actions->evaluateRun, this);
    setManualPage(text, QStringLiteral("text.md"));
    m_pages->addTab(scrolled(text, this), tr("Text"));
    m_compare = new ComparePage(m_workbench, actions, this);
    setManualPage(m_compare, QStringLiteral("compare.md"));
    m_comparePage = scrolled(m_compare, this);
    m_pages->addTab(m_comparePage, tr("Compare"));
    auto* decide = new DecidePage(m_workbench, actions, this);
    setManualPage(decide, QStringLiteral("decide.md"));
    m_decidePage = scrolled(decide, this);
    m_pages->addTab(m_decidePage, tr("Decide"));
    connect(actions->decide, &QAction::triggered, this, [this] { m_pages->setCurrentWidget(m_decidePage); });
    QWidget* generated = scrolled(new GeneratePage(m_workbench), this);
    setManualPage(generated, QStringLiteral("text.md"));
    m_pages->addTab(generated, tr("Generate"));
}

void Centre::makeGraph(Actions* actions)
{
    m_graph = new GraphPage(m_workbench->document(), m_workbench->selection(), this);
    m_graph->view()->setContextMenuPolicy(Qt::ActionsContextMenu);
    setManualPage(m_graph, QStringLiteral("graph.md"));
    m_pages->addTab(m_graph, tr("Graph"));
    connect(
        m_graph, &GraphPage::failed, m_message, [this](const QString& text) { m_message->showMessage(text, true); });
    connect(m_graph, &GraphPage::inspectorWanted, actions->inspector, &QAction::trigger);
    connect(m_workbench->selection(), &Selection::runChanged, m_graph,
        [this] { m_graph->model()->setRun(m_workbench->session()->runLayers(m_workbench->selection()->run())); });
    connect(actions->graph, &QAction::triggered, this, [this] {
        m_pages->setCurrentWidget(m_graph);
        m_graph->view()->setFocus();
    });
}

/// One action opens and closes the rows of all experts; it is checked while all are open.
void Centre::followExperts(HeatmapModel* map)
{
    QAction* action = m_actions->expandExperts;
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut); // a letter: elsewhere it is text
    m_heatmap->addAction(action);
    connect(action, &QAction::triggered, map, &HeatmapModel::setAllOpen);
    const auto show = [action, map] {
        Actions::setProblem(
            action, map->rows().hasGroups() ? QString() : tr("No block of this model has several layers of a role."));
        action->setChecked(map->rows().isAllOpen());
    };
    connect(map, &QAbstractItemModel::modelReset, this, show);
    show();
}

/// The map under a bar with what the colours say, and the map as a file.
QWidget* Centre::makeMap(HeatmapModel* map)
{
    auto* part = new QWidget(m_pages);
    part->setObjectName(QStringLiteral("panel"));
    part->setAttribute(Qt::WA_StyledBackground);
    auto* exported = new ExportButton(
        tr("Export Map"), QStringLiteral("map"),
        [this, map](const QString& file) { return saveMap(file, *map, m_heatmap->font(), m_heatmap->palette()); },
        part);
    connect(exported, &ExportButton::failed, m_message,
        [this](const QString& text) { m_message->showMessage(text, true); });
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(10, 2, 6, 0);
    bar->addWidget(m_measures);
    bar->addStretch();
    bar->addWidget(exported);
    auto* layout = new QVBoxLayout(part);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(bar);
    layout->addWidget(m_heatmap, 1);
    return part;
}

void Centre::followWorkbench()
{
    connect(m_workbench, &Workbench::message, m_message, &MessageBar::showMessage);
    connect(m_workbench, &Workbench::opening, this, [this](const std::filesystem::path& folder) {
        m_welcome->setError({});
        m_welcome->setBusy(tr("Opening %1…").arg(toQt(folder.string())));
    });
    connect(m_workbench, &Workbench::openFailed, this, &Centre::showFailure);
    connect(m_workbench, &Workbench::modelOpened, this, &Centre::showModel);
    connect(m_workbench, &Workbench::modelClosed, this, &Centre::showWelcome);
    connect(m_workbench, &Workbench::runsChanged, this, &Centre::showPredictions);
    connect(m_workbench, &Workbench::predictionsChanged, this, &Centre::showPredictions);
    connect(m_workbench, &Workbench::exported, this, &Centre::addExportPage);
    connect(m_actions->runPlan, &QAction::triggered, this, &Centre::startRun);
    connect(m_actions->checkRun, &QAction::triggered, this, [this] { openPreflight(true); });
}

void Centre::showModel()
{
    m_welcome->setBusy({});
    showModelPages(true);
    if (m_formats && m_pages->currentWidget() == m_formats)
        m_pages->setCurrentWidget(m_mapPage);
    m_stack->setCurrentWidget(m_pages);
    m_heatmap->setFocus();
}

void Centre::showWelcome()
{
    m_stack->setCurrentWidget(m_welcomeArea);
    for (const auto* page : m_pages->findChildren<ExportPage*>()) // they tell of runs of the model that was closed
        delete page;
    for (const auto* page : m_pages->findChildren<PreflightPage*>())
        delete page;
}

void Centre::showFailure(const QString& text)
{
    m_welcome->setBusy({});
    if (m_workbench->hasModel())
        m_message->showMessage(text, true);
    else
        m_welcome->setError(text);
}

void Centre::showPredictions()
{
    m_prediction->setDivergence(m_workbench->document()->divergence());
    m_prediction->setData(m_workbench->session()->predictions(), m_workbench->runs());
    m_measures->setRuns(m_workbench->runs());
}

void Centre::addExportPage(const core::ExportReport& report, const QString& target, const QString& run)
{
    addPage(new ExportPage(report, target, run, m_pages), tr("Exported: %1").arg(run));
}

void Centre::startRun()
{
    const ShowPreflight show = savedShowPreflight();
    if (show == ShowPreflight::Never)
        m_workbench->runPlan();
    else
        openPreflight(show == ShowPreflight::Always);
}

/// Always: the page is shown at once. Else when something is to be settled, or when the checks take their time.
void Centre::openPreflight(bool always)
{
    auto* page = m_pages->findChild<PreflightPage*>();
    if (!page) {
        page = new PreflightPage(m_workbench, m_actions, m_pages);
        setManualPage(page, QStringLiteral("jobs.md#Before a run: pre-flight"));
        page->hide();
        connect(page, &PreflightPage::done, page, &QObject::deleteLater);
    }
    if (always) {
        showPreflight(page);
    } else {
        connect(
            page, &PreflightPage::checked, this,
            [this, page](bool isClear) {
                if (isClear)
                    page->start();
                else
                    showPreflight(page);
            },
            Qt::SingleShotConnection);
        QTimer::singleShot(kSlowMilliseconds, page, [this, page] { showPreflight(page); });
    }
    page->check();
}

void Centre::showPreflight(PreflightPage* page)
{
    if (m_pages->indexOf(page) < 0)
        addPage(page, tr("Pre-flight"));
    m_pages->setCurrentWidget(page);
    page->setFocus();
}

void Centre::addPage(QWidget* page, const QString& title)
{
    const int at = m_pages->addTab(page, title);
    auto* close = new QToolButton(m_pages);
    close->setText(QStringLiteral("✕"));
    close->setAutoRaise(true);
    close->setAccessibleName(tr("Close page"));
    connect(close, &QToolButton::clicked, page, [this, page] {
        if (m_formats == page)
            m_formats.clear();
        if (!m_workbench->hasModel())
            m_stack->setCurrentWidget(m_welcomeArea);
        page->deleteLater();
    });
    m_pages->tabBar()->setTabButton(at, QTabBar::RightSide, close);
    m_pages->setCurrentIndex(at);
}

/// Without a model only pages that need none are there.
void Centre::showModelPages(bool shown)
{
    for (int at = 0; at < m_pages->count(); ++at)
        m_pages->setTabVisible(at, shown || m_pages->widget(at) == m_formats);
}

void Centre::showNumberFormats(const QString& format)
{
    if (!m_formats) {
        m_formats = scrolled(new NumberFormatsPage(m_workbench, m_pages), m_pages);
        addPage(m_formats, tr("Number Formats"));
    }
    if (!format.isEmpty())
        static_cast<NumberFormatsPage*>(m_formats->widget())->showFormat(format);
    showModelPages(m_workbench->hasModel());
    m_pages->setCurrentWidget(m_formats);
    m_stack->setCurrentWidget(m_pages);
}

void Centre::setStrip(QWidget* strip)
{
    while (m_mapPage->count() > 1) {
        QWidget* old = m_mapPage->widget(1);
        old->hide();
        old->setParent(this);
    }
    if (!strip)
        return;
    m_mapPage->addWidget(strip);
    strip->show();
    // Every row of the map stays in view, unless it has so many that nothing would be left.
    const int map
        = std::min(m_heatmap->leastHeight() + m_measures->sizeHint().height() + 6, m_mapPage->height() * 2 / 3);
    m_mapPage->setSizes({ map, m_mapPage->height() - map });
}

bool Centre::isComparing() const
{
    return m_stack->currentWidget() == m_pages && m_pages->currentWidget() == m_comparePage;
}

void Centre::showComparison()
{
    if (m_workbench->hasModel())
        m_pages->setCurrentWidget(m_comparePage);
}

QString Centre::messageText() const
{
    return m_message->text();
}

} // namespace kerf::ui
