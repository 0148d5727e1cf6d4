// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/sweep_dialog.h"

#include <algorithm>

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QRegularExpression>
#include <QTableWidget>
#include <QVBoxLayout>

#include "core/format/layer_format.h"
#include "core/format/summary.h"
#include "core/solve/solver.h"
#include "ui/dialog_size.h"
#include "ui/jobs/checks_line.h"
#include "ui/main_button.h"
#include "ui/plan/format_menu.h"
#include "ui/theme.h"
#include "ui/tick_list.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

enum Column { NameColumn, StateColumn, BitsColumn, KldColumn, ColumnCount };

} // namespace

SweepDialog::SweepDialog(Workbench* workbench, QWidget* parent)
    : QDialog(parent)
    , m_workbench(workbench)
    , m_budgets(new QLineEdit(this))
    , m_sequential(new QCheckBox(tr("Sequential mode"), this))
    , m_count(new QLabel(this))
    , m_table(new QTableWidget(0, ColumnCount, this))
{
    setObjectName(QStringLiteral("sweepDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Method Sweep"));
    auto* choices = new QHBoxLayout;
    m_formats = addList(tr("Formats"), QStringLiteral("sweepFormats"), choices);
    m_methods = addList(tr("Methods"), QStringLiteral("sweepMethods"), choices);
    m_presets = addList(tr("Presets"), QStringLiteral("sweepPresets"), choices);
    fillLists();
    auto* solver = makeSolverRow();
    m_count->setWordWrap(true);
    prepareTable();
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    m_start = addMainButton(buttons, tr("Start Sweep"), QStringLiteral("startSweep"), QDialogButtonBox::ActionRole);
    auto* layout = new QVBoxLayout(this);
    QVBoxLayout* body = scrollingBody(this, layout);
    body->addLayout(choices, 3);
    body->addLayout(solver);
    body->addWidget(m_count);
    body->addWidget(new ChecksLine(&m_checks, {}, this));
    body->addWidget(m_table, 4);
    layout->addWidget(buttons);
    fitToScreen(this, 110);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_start, &QPushButton::clicked, this, &SweepDialog::startOrStop);
    connectChoices();
    connect(&m_checks, &PlannedChecks::changed, this, &SweepDialog::showStates);
    updatePlans();
}

QHBoxLayout* SweepDialog::makeSolverRow()
{
    m_budgets->setObjectName(QStringLiteral("sweepBudgets"));
    m_budgets->setPlaceholderText(tr("bits per weight, for example 3.5 4 4.5"));
    m_budgets->setEnabled(m_workbench->document()->profile());
    m_budgets->setToolTip(m_budgets->isEnabled() ? tr("The solver's plan for each budget, with each method")
                                                 : tr("The solver needs a profile"));
    m_sequential->setToolTip(tr("Fit each block to the outputs of the quantized blocks before it"));
    auto* solver = new QHBoxLayout;
    auto* budgetCaption = new QLabel(tr("Solver budgets"), this);
    budgetCaption->setBuddy(m_budgets);
    solver->addWidget(budgetCaption);
    solver->addWidget(m_budgets, 1);
    solver->addWidget(m_sequential);
    return solver;
}

void SweepDialog::prepareTable()
{
    m_table->setObjectName(QStringLiteral("sweepTable"));
    m_table->setAccessibleName(tr("Plans of the sweep"));
    m_table->setHorizontalHeaderLabels(
        { tr("Plan"), tr("State"), tr("Bits"), m_workbench->document()->divergence().head });
    m_table->verticalHeader()->hide();
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->setMinimumHeight(8 * fontMetrics().lineSpacing());
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionMode(QAbstractItemView::NoSelection);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(NameColumn, QHeaderView::Stretch);
}

void SweepDialog::connectChoices()
{
    for (const TickList* list : { m_formats, m_methods, m_presets })
        connect(list, &TickList::itemChanged, this, &SweepDialog::updatePlans);
    connect(m_budgets, &QLineEdit::textChanged, this, &SweepDialog::updatePlans);
    connect(m_sequential, &QCheckBox::toggled, this, &SweepDialog::updatePlans);
    connect(m_workbench, &Workbench::sweepChanged, this, &SweepDialog::showStates);
    connect(m_workbench, &Workbench::runsChanged, this, &SweepDialog::showStates);
    for (const auto signal : { &Workbench::modelOpened, &Workbench::modelClosed }) // what it lists is of one model
        connect(m_workbench, signal, this, &QDialog::reject);
    connect(m_workbench->jobs(), &JobCenter::started, this, &SweepDialog::showStates);
    connect(m_workbench->jobs(), &JobCenter::queueChanged, this, &SweepDialog::showStates);
    connect(m_workbench->jobs(), &JobCenter::statusChanged, this, &SweepDialog::showStates);
    connect(m_workbench->jobs(), &JobCenter::ended, this, &SweepDialog::showStates);
}

TickList* SweepDialog::addList(const QString& title, const QString& name, QLayout* layout)
{
    auto* group = new QGroupBox(title, this);
    auto* list = new TickList(name, title, group);
    auto* inside = new QVBoxLayout(group);
    inside->addWidget(list);
    layout->addWidget(group);
    return list;
}

void SweepDialog::fillLists()
{
    for (const FormatGroup& family : formatGroups())
        for (const std::string& format : family.formats) {
            const auto parsed = core::parseWeightFormat(format);
            if (!parsed || !(*parsed)->isUnquantized())
                m_formats->add(format, core::formatSummary(format), format == "int4-g128");
        }
    for (const core::Method* method : core::allMethods())
        m_methods->add(method->name(), method->summary(), true);
    m_available = core::availablePresets(*m_workbench->document()->network());
    for (const core::Preset& preset : m_available)
        m_presets->add(preset.name, preset.summary, false);
}

std::vector<core::Plan> SweepDialog::plans(QString& problem) const
{
    const core::Network& network = *m_workbench->document()->network();
    const auto mode = m_sequential->isChecked() ? core::QuantizeMode::Sequential : core::QuantizeMode::Independent;
    const std::vector<std::string> methods = m_methods->ticked();
    auto plans
        = core::sweepPlans(network, m_formats->ticked(), methods, mode, m_workbench->document()->plan().settings);
    if (!plans) {
        problem = toQt(plans.error().message);
        return {};
    }
    addSolved(methods, *plans, problem);
    for (int i = 0; i < m_presets->count(); ++i) {
        if (m_presets->item(i)->checkState() != Qt::Checked)
            continue;
        auto made
            = core::presetPlan(m_available[static_cast<std::size_t>(i)], network, m_workbench->document()->profile());
        if (made)
            plans->push_back(std::move(made->plan));
        else
            problem = toQt(made.error().message);
    }
    return std::move(*plans);
}

void SweepDialog::addSolved(
    const std::vector<std::string>& methods, std::vector<core::Plan>& plans, QString& problem) const
{
    const PlanDocument& document = *m_workbench->document();
    for (const QString& text : m_budgets->text().split(QRegularExpression("[\\s;]+"), Qt::SkipEmptyParts)) {
        bool good = false;
        const double bits = QLocale::c().toDouble(text, &good);
        if (!good || !document.profile()) {
            problem = tr("“%1” is not a number of bits.").arg(text);
            return;
        }
        for (const std::string& method : methods) {
            core::SolveOptions options;
            options.bitsPerWeight = bits;
            auto base = core::uniformPlan(*document.network(), "", "bf16", method);
            auto plan = base
                ? core::solvePlan(*document.profile(), *document.network(), document.otherBytes(), options, *base)
                : std::move(base);
            if (!plan) {
                problem = toQt(plan.error().message);
                return;
            }
            plan->name = QStringLiteral("%1 mixed %2").arg(toQt(method), QLocale::c().toString(bits)).toStdString();
            plan->mode = m_sequential->isChecked() ? core::QuantizeMode::Sequential : core::QuantizeMode::Independent;
            plans.push_back(std::move(*plan));
        }
    }
}

void SweepDialog::updatePlans()
{
    if (m_workbench->jobs()->isOpen(m_job))
        return; // the table shows the sweep that runs or waits
    QString problem;
    m_plans = plans(problem);
    m_job = 0;
    m_count->setText(problem.isEmpty()
            ? tr("%n plan(s), one after the other; each is evaluated and lands on the chart.", nullptr,
                static_cast<int>(m_plans.size()))
            : problem);
    QPalette shown = palette();
    if (!problem.isEmpty())
        shown.setColor(QPalette::WindowText, themeColors(palette()).error);
    m_count->setPalette(shown);
    m_table->setRowCount(static_cast<int>(m_plans.size()));
    for (int row = 0; row < m_table->rowCount(); ++row) {
        m_table->setItem(row, NameColumn, new QTableWidgetItem(toQt(m_plans[static_cast<std::size_t>(row)].name)));
        for (int column = StateColumn; column < ColumnCount; ++column) {
            auto* item = new QTableWidgetItem;
            if (column >= BitsColumn)
                item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            m_table->setItem(row, column, item);
        }
        const core::PlanSize size = core::planSize(m_plans[static_cast<std::size_t>(row)],
            *m_workbench->document()->network(), m_workbench->document()->otherBytes());
        m_table->item(row, BitsColumn)->setText(QLocale().toString(size.bitsPerWeight, 'f', 2));
    }
    lookAhead();
    showStates();
}

void SweepDialog::lookAhead()
{
    const std::optional<core::Job> job = m_plans.empty() ? std::nullopt : m_workbench->sweepJobOf(m_plans);
    if (job)
        m_checks.look(*job, m_workbench->jobPlace());
    else
        m_checks.forget();
}

void SweepDialog::showStates()
{
    const auto& items = m_workbench->sweepItems();
    const JobCenter& jobs = *m_workbench->jobs();
    const bool mine = jobs.isOpen(m_job);
    const bool begun = m_job != 0 && !jobs.isWaiting(m_job); // until then the items are those of another sweep
    const QString states[] = { tr("waiting"), tr("running"), tr("done"), tr("failed") };
    std::size_t done = 0;
    for (std::size_t i = 0; begun && i < items.size() && static_cast<int>(i) < m_table->rowCount(); ++i) {
        const int row = static_cast<int>(i);
        done += items[i].state == core::SweepState::Done ? 1 : 0;
        QTableWidgetItem* state = m_table->item(row, StateColumn);
        state->setText(states[static_cast<int>(items[i].state)]);
        state->setToolTip(toQt(items[i].error));
        for (const RunSummary& run : m_workbench->runs())
            if (run.id == items[i].run && run.kld.known())
                m_table->item(row, KldColumn)->setText(measuredText(run.kld.value, run.kld.standardError));
    }
    m_start->setText(mine ? tr("Stop") : begun && done > 0 && done < items.size() ? tr("Resume") : tr("Start Sweep"));
    const bool isBlocked = m_checks.found() && m_checks.found()->isBlocked();
    m_start->setEnabled(mine ? !jobs.isStopping(m_job) : !m_plans.empty() && m_workbench->canWrite() && !isBlocked);
    m_start->setToolTip(m_start->isEnabled() ? QString()
            : mine                           ? tr("The job is stopping")
            : m_plans.empty()                ? tr("Tick formats and methods, or presets, or give a budget")
            : isBlocked                      ? tr("Something has to be settled first")
                                             : tr("The workspace is open for reading only"));
    for (QWidget* choice : std::initializer_list<QWidget*> { m_formats, m_methods, m_presets, m_sequential })
        choice->setEnabled(!mine);
    m_budgets->setEnabled(!mine && m_workbench->document()->profile());
}

void SweepDialog::startOrStop()
{
    if (m_workbench->jobs()->isOpen(m_job))
        m_workbench->jobs()->stop(m_job);
    else
        m_job = m_workbench->sweep(m_plans); // texts may be missing: then the window asks for them
    showStates();
}

} // namespace kerf::ui
