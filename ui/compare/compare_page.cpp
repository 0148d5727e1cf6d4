// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/compare/compare_page.h"

#include <algorithm>

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScopedValueRollback>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/actions.h"
#include "ui/compare/axes_chart.h"
#include "ui/compare/change_sum_model.h"
#include "ui/compare/comparison.h"
#include "ui/compare/interval_delegate.h"
#include "ui/compare/layer_difference_panel.h"
#include "ui/compare/layer_error_chart.h"
#include "ui/compare/metric_table_model.h"
#include "ui/compare/metric_text.h"
#include "ui/compare/plan_change_model.h"
#include "ui/compare/run_marks.h"
#include "ui/empty_state.h"
#include "ui/row_table.h"
#include "ui/table_export.h"
#include "ui/theme.h"
#include "ui/value_text.h"
#include "ui/window/panel_tabs.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr int kErrorLines = 12; ///< of text, that the chart of errors needs
constexpr int kTallLines = 34; ///< from which on it stands below the tabs

QLabel* makeNote(QWidget* parent)
{
    auto* note = new QLabel(parent);
    note->setWordWrap(true);
    note->setContentsMargins(10, 4, 10, 6);
    note->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return note;
}

/// The difference of two divergences as it was measured; nothing where it was not on one text.
std::optional<core::Prediction> measuredChange(const core::MetricComparison& metrics, std::size_t run)
{
    const auto line = std::ranges::find_if(
        metrics.lines, [](const core::MetricLine& each) { return core::isDivergence(each.name); });
    if (line == metrics.lines.end() || !line->differences[run].value)
        return std::nullopt;
    const auto& interval = line->differences[run].interval;
    return core::Prediction { *line->differences[run].value,
        interval ? (interval->high - interval->low) / (2 * 1.96) : 0 };
}

} // namespace

ComparePage::ComparePage(Workbench* workbench, Actions* actions, QWidget* parent)
    : QWidget(parent)
    , m_workbench(workbench)
    , m_actions(actions)
    , m_comparison(new Comparison(workbench, this))
    , m_stack(new QStackedWidget(this))
    , m_empty(new EmptyState(this))
    , m_split(new QSplitter(Qt::Vertical, this))
    , m_tabs(makePanelTabs(tr("Views of the comparison"), this))
    , m_differencesOnly(new QToolButton(this))
    , m_reference(new QComboBox(this))
    , m_other(new QComboBox(this))
    , m_metrics(new MetricTableModel(this))
    , m_metricView(new QTableView(this))
    , m_footnote(makeNote(this))
    , m_evaluate(new QToolButton(this))
    , m_changes(new PlanChangeModel(this))
    , m_changeView(new QTableView(this))
    , m_sums(new ChangeSumModel(this))
    , m_planNote(makeNote(this))
    , m_layers(new LayerDifferencePanel(workbench, this))
    , m_axes(new AxesChart(this))
    , m_errors(new LayerErrorChart(workbench->selection(), this))
{
    setObjectName(QStringLiteral("comparePage"));
    m_tabs->addTab(makeMetrics(), tr("Metrics"));
    m_tabs->addTab(makePlan(), tr("Plan"));
    m_tabs->addTab(m_layers, tr("Layers"));
    m_tabs->addTab(m_axes, tr("Axes"));
    m_empty->addAction(actions->toggleCompared);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(makePage());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    followSelection();
    showRuns();
}

QWidget* ComparePage::makePage()
{
    m_split->setChildrenCollapsible(false);
    m_split->addWidget(m_tabs);
    m_errors->setMinimumHeight(kErrorLines * fontMetrics().lineSpacing());
    placeErrors();
    auto* page = new QWidget(this);
    page->setObjectName(QStringLiteral("panel"));
    page->setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeBar());
    layout->addWidget(m_split, 1);
    return page;
}

/// Below the tabs where there is room for both, else as the second of them.
void ComparePage::placeErrors()
{
    if (m_isTall) {
        m_split->addWidget(m_errors);
        m_errors->show();
    } else
        m_tabs->insertTab(1, m_errors, tr("Error by Layer"));
}

void ComparePage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const bool isTall = height() >= kTallLines * fontMetrics().lineSpacing();
    if (isTall == m_isTall)
        return;
    m_isTall = isTall;
    placeErrors();
}

void ComparePage::followSelection()
{
    Selection* selection = m_workbench->selection();
    connect(m_comparison, &Comparison::changed, this, &ComparePage::showRuns);
    connect(selection, &Selection::comparedChanged, this, [this, selection] {
        if (selection->compared().size() < 2)
            showRuns();
    });
    connect(
        m_changeView->selectionModel(), &QItemSelectionModel::currentChanged, this, [selection](const QModelIndex& at) {
            const int layer = at.isValid() ? at.data(PlanChangeModel::LayerRole).toInt() : -1;
            if (layer >= 0 && layer != selection->currentLayer())
                selection->setLayers({ layer }, layer);
        });
    connect(selection, &Selection::layersChanged, this, [this, selection] {
        const QModelIndex at = m_changes->indexOf(selection->currentLayer());
        if (at.isValid())
            m_changeView->setCurrentIndex(at);
    });
    for (Chart* chart : { static_cast<Chart*>(m_axes), static_cast<Chart*>(m_errors) })
        connect(
            chart, &Chart::failed, m_workbench, [this](const QString& text) { emit m_workbench->message(text, true); });
}

QWidget* ComparePage::makeBar()
{
    auto* bar = new QWidget(this);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(10, 4, 6, 4);
    const auto addChoice = [&](const QString& text, QComboBox* box) {
        auto* label = new QLabel(text, bar);
        label->setBuddy(box);
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(5);
        layout->addWidget(label);
        layout->addWidget(box, 1);
    };
    m_reference->setObjectName(QStringLiteral("referenceRun"));
    m_other->setObjectName(QStringLiteral("otherRun"));
    addChoice(tr("Differences &from"), m_reference);
    addChoice(tr("Plan and &layers of"), m_other);
    m_differencesOnly->setObjectName(QStringLiteral("differencesOnly"));
    m_differencesOnly->setText(tr("Differences Only"));
    m_differencesOnly->setProperty("chip", true);
    m_differencesOnly->setToolTip(tr("Hide metrics that are the same in all runs (D)"));
    m_differencesOnly->setCheckable(true);
    auto* key = new QShortcut(Qt::Key_D, this, nullptr, nullptr, Qt::WidgetWithChildrenShortcut);
    connect(key, &QShortcut::activated, m_differencesOnly, &QToolButton::toggle);
    layout->addStretch(); // what is left goes to the choices
    layout->addWidget(m_differencesOnly);
    auto* report = new QToolButton(bar);
    report->setDefaultAction(m_actions->report);
    report->setProperty("chip", true);
    layout->addWidget(report);
    connect(m_differencesOnly, &QToolButton::toggled, this, [this](bool on) {
        m_metrics->setDifferencesOnly(on);
        showMetrics();
    });
    connect(m_reference, &QComboBox::activated, this, &ComparePage::chooseReference);
    connect(m_other, &QComboBox::currentIndexChanged, this, [this] {
        if (!m_isUpdating)
            showPlan();
    });
    return bar;
}

QWidget* ComparePage::makeMetrics()
{
    auto* panel = new QWidget(this);
    m_metricView->setObjectName(QStringLiteral("metricTable"));
    m_metricView->setAccessibleName(tr("Metrics of the compared runs"));
    m_metricView->setModel(m_metrics);
    showAsRows(m_metricView, 0);
    m_metricView->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_metricView->horizontalHeader()->setStretchLastSection(false);
    m_metricView->setContextMenuPolicy(Qt::ActionsContextMenu);
    addTableExport(m_metricView, QStringLiteral("metrics"));
    m_footnote->setObjectName(QStringLiteral("comparisonFootnote"));
    m_evaluate->setDefaultAction(m_actions->evaluateCompared);
    m_evaluate->setProperty("chip", true);
    auto* below = new QHBoxLayout;
    below->setContentsMargins(0, 0, 8, 0);
    below->addWidget(m_footnote, 1);
    below->addWidget(m_evaluate);
    auto* layout = new QVBoxLayout(panel);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_metricView, 1);
    layout->addLayout(below);
    return panel;
}

QWidget* ComparePage::makePlan()
{
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->setChildrenCollapsible(false);
    m_changeView->setObjectName(QStringLiteral("planChanges"));
    m_changeView->setAccessibleName(tr("Bits of each layer in both plans"));
    m_changeView->setModel(m_changes);
    m_changeView->setFrameShape(QFrame::NoFrame);
    m_changeView->setSelectionMode(QAbstractItemView::SingleSelection);
    m_changeView->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_changeView->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_changeView->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 12);
    m_changeView->horizontalHeader()->setMinimumSectionSize(7 * fontMetrics().averageCharWidth());
    addTableExport(m_changeView, QStringLiteral("plan-changes"));
    auto* sums = new QTableView(split);
    sums->setObjectName(QStringLiteral("changeSums"));
    sums->setAccessibleName(tr("What the change bought"));
    sums->setModel(m_sums);
    showAsRows(sums, ChangeSumModel::ChangeColumn);
    addTableExport(sums, QStringLiteral("change-sums"));
    auto* right = new QWidget(split);
    right->setMinimumWidth(64 * fontMetrics().averageCharWidth());
    auto* rightLayout = new QVBoxLayout(right);
    rightLayout->setContentsMargins(0, 0, 0, 0);
    rightLayout->setSpacing(0);
    rightLayout->addWidget(sums, 1);
    rightLayout->addWidget(m_planNote);
    split->addWidget(m_changeView);
    split->addWidget(right);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    return split;
}

void ComparePage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_comparison->setActive(true);
}

void ComparePage::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_comparison->setActive(false);
}

QString ComparePage::emptyText() const
{
    if (!m_comparison->problem().isEmpty())
        return m_comparison->problem();
    const std::size_t taken = m_workbench->selection()->compared().size();
    if (taken == 0)
        return tr("Nothing is compared yet. Take two to eight runs with Space in the table of runs.");
    return taken == 1 ? tr("Take a second run with Space.") : tr("Reading the runs…");
}

void ComparePage::showRuns()
{
    const core::ComparedRuns* runs = m_workbench->selection()->compared().size() < 2 ? nullptr : m_comparison->runs();
    m_empty->setText(emptyText());
    m_stack->setCurrentIndex(runs ? 1 : 0);
    const auto network = m_workbench->session()->network();
    m_metrics->show(runs);
    m_axes->setRuns(runs);
    m_errors->setRuns(network.get(), runs);
    showChoices();
    showMetrics();
    showPlan();
}

void ComparePage::showMetrics()
{
    auto* intervals = m_metricView->findChild<IntervalDelegate*>();
    if (!intervals)
        intervals = new IntervalDelegate(m_metricView);
    for (int at = 0; at < m_metrics->columnCount(); ++at)
        m_metricView->setItemDelegateForColumn(
            at, m_metrics->column(at).part == MetricTableModel::Part::Interval ? intervals : nullptr);
    m_footnote->setText(footnote());
    const core::ComparedRuns* runs = m_comparison->runs();
    m_evaluate->setVisible(runs && runs->metrics.paired.empty());
}

QString ComparePage::footnote() const
{
    const core::ComparedRuns* runs = m_comparison->runs();
    if (!runs)
        return {};
    const core::MetricComparison& metrics = runs->metrics;
    QStringList text;
    for (const core::PairedSet& set : metrics.paired)
        text << pairedText(set);
    text << (text.isEmpty()
            ? tr("The runs were not all measured on the same windows or labelled texts: their differences are not "
                 "known.")
            : tr("%1 resamples; “same”: the 95 % interval of the difference holds 0, which does not prove the two "
                 "equal.")
                  .arg(QLocale().toString(core::kResamples)));
    if (const int hidden = m_metrics->hiddenRows(); hidden > 0)
        text << tr("%n equal row(s) are hidden.", nullptr, hidden);
    return text.join(u' ');
}

void ComparePage::showChoices()
{
    const QScopedValueRollback guard(m_isUpdating, true);
    const QVariant other = m_other->currentData();
    m_reference->clear();
    m_other->clear();
    const core::ComparedRuns* runs = m_comparison->runs();
    if (!runs)
        return;
    const int size = fontMetrics().height();
    for (std::size_t run = 0; run < runs->runs.size(); ++run) {
        const QVariant id = QVariant::fromValue<qlonglong>(runs->runs[run].id);
        const QIcon icon = runIcon(static_cast<int>(run), palette(), size);
        m_reference->addItem(icon, m_comparison->title(run), id);
        if (run != runs->metrics.reference)
            m_other->addItem(icon, m_comparison->title(run), id);
    }
    m_reference->setCurrentIndex(static_cast<int>(runs->metrics.reference));
    m_other->setCurrentIndex(std::max(0, m_other->findData(other)));
}

void ComparePage::chooseReference(int at)
{
    if (const core::ComparedRuns* runs = m_comparison->runs())
        m_workbench->selection()->setReference(runs->runs[static_cast<std::size_t>(at)].id);
}

void ComparePage::showPlan()
{
    const core::ComparedRuns* runs = m_comparison->runs();
    if (!runs || m_other->currentIndex() < 0) {
        m_changes->clear();
        m_sums->clear();
        m_layers->setRuns({}, {});
        return;
    }
    const auto found = std::ranges::find(runs->runs, m_other->currentData().toLongLong(), &core::RunRow::id);
    const auto run = static_cast<std::size_t>(found - runs->runs.begin());
    const core::PlanComparison& plan = runs->plans[run];
    const std::size_t reference = runs->metrics.reference;
    m_changes->setDivergence(m_workbench->document()->divergence());
    m_sums->setDivergence(m_workbench->document()->divergence());
    m_changes->show(plan, m_comparison->title(reference), m_comparison->title(run));
    m_sums->show(plan, measuredChange(runs->metrics, run));
    QStringList notes;
    if (plan.cachesDiffer)
        notes << tr("The key/value caches have other formats too.");
    if (plan.transformsDiffer)
        notes << tr("The transforms are others too: what the layers predict does not count them.");
    if (plan.settingsDiffer)
        notes << tr("The mode or the methods' settings are others too.");
    m_planNote->setText(notes.join(u' '));
    m_planNote->setVisible(!notes.isEmpty());
    m_layers->setRuns(
        { runs->runs[reference].id, m_comparison->title(reference) }, { runs->runs[run].id, m_comparison->title(run) });
}

} // namespace kerf::ui
