// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/solve_dialog.h"

#include <algorithm>

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "core/format/summary.h"
#include "ui/dialog_size.h"
#include "ui/main_button.h"
#include "ui/plan/allowed_formats.h"
#include "ui/plan/budget_choice.h"
#include "ui/plan/explanation.h"
#include "ui/plan/plan_text.h"
#include "ui/plan/threshold_box.h"
#include "ui/theme.h"
#include "ui/tick_list.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr const char* kKeepFormat = "int4-g128"; ///< where layers are compared at first
constexpr int kResultLines = 2;
constexpr int kWidth = 84; ///< characters

} // namespace

SolveDialog::SolveDialog(Workbench* workbench, QWidget* parent)
    : QDialog(parent)
    , m_workbench(workbench)
    , m_budget(new BudgetChoice(workbench, this))
    , m_allowed(new AllowedFormats(QStringLiteral("solve"), this))
    , m_cachesCaption(new QLabel(tr("Caches"), this))
    , m_caches(new TickList(QStringLiteral("solveCaches"), tr("Formats that caches may get"), this))
    , m_keep(new QCheckBox(tr("Keep layers in 16 bit above"), this))
    , m_threshold(new ThresholdBox(QStringLiteral("solveThreshold"), workbench->document()->divergence(), this))
    , m_keepFormat(new QComboBox(this))
    , m_kept(new QLabel(this))
    , m_result(new QLabel(this))
    , m_details(explanation(this))
{
    setObjectName(QStringLiteral("solveDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Solve for a Budget"));
    m_result->setObjectName(QStringLiteral("solveResult"));
    m_result->setWordWrap(true);
    m_result->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_details->setObjectName(QStringLiteral("solveDetails"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_use = addMainButton(buttons, tr("Use Plan"), QStringLiteral("useSolved"));
    auto* layout = new QVBoxLayout(this);
    QVBoxLayout* body = scrollingBody(this, layout);
    body->addWidget(makeBudget());
    body->addWidget(makeChoices(), 1);
    body->addWidget(makeResult());
    layout->addWidget(buttons);
    setMinimumWidth(charactersWide(this, kWidth));
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    refill();
    m_threshold->beginAtTenth(*workbench->document()->profile(), m_keepFormat->currentText().toStdString());
    connectChoices();
    update();
    fitToScreen(this, kWidth);
}

QWidget* SolveDialog::makeBudget()
{
    auto* group = new QGroupBox(tr("Budget"), this);
    auto* inside = new QVBoxLayout(group);
    inside->addWidget(m_budget);
    return group;
}

QWidget* SolveDialog::makeChoices()
{
    auto* group = new QGroupBox(tr("What the Plan May Have"), this);
    auto* form = new QFormLayout(group);
    m_caches->flow(2);
    m_caches->setMinimumHeight(m_caches->maximumHeight());
    m_cachesCaption->setBuddy(m_caches);
    form->addRow(tr("Formats"), m_allowed);
    form->addRow(m_cachesCaption, m_caches);
    form->addRow(makeKeepRow());
    form->addRow(QString(), m_kept);
    return group;
}

QWidget* SolveDialog::makeResult()
{
    auto* group = new QGroupBox(tr("Gives"), this);
    for (QLabel* label : { m_result, m_details })
        label->setMinimumHeight(kResultLines * fontMetrics().lineSpacing()); // so that nothing moves while one types
    auto* inside = new QVBoxLayout(group);
    inside->addWidget(m_result);
    inside->addWidget(m_details);
    return group;
}

QWidget* SolveDialog::makeKeepRow()
{
    auto* row = new QWidget(this);
    m_keep->setObjectName(QStringLiteral("solveKeep"));
    m_threshold->setAccessibleName(tr("Predicted %1 of a layer").arg(m_workbench->document()->divergence().name));
    m_keepFormat->setObjectName(QStringLiteral("solveKeepFormat"));
    m_keepFormat->setAccessibleName(tr("Format in which layers are compared"));
    m_kept->setObjectName(QStringLiteral("solveKept"));
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_keep);
    layout->addWidget(m_threshold);
    layout->addWidget(new QLabel(tr("in"), row));
    layout->addWidget(m_keepFormat);
    layout->addStretch();
    return row;
}

void SolveDialog::connectChoices()
{
    connect(m_budget, &BudgetChoice::changed, this, &SolveDialog::update);
    connect(m_allowed, &AllowedFormats::changed, this, &SolveDialog::update);
    connect(m_caches, &TickList::itemChanged, this, &SolveDialog::update);
    connect(m_keep, &QCheckBox::toggled, this, &SolveDialog::update);
    connect(m_threshold, &ThresholdBox::valueChanged, this, &SolveDialog::update);
    connect(m_keepFormat, &QComboBox::currentTextChanged, this, &SolveDialog::update);
    // A job that was running may end with another profile or plan.
    connect(m_workbench->session(), &ModelSession::profileChanged, this, [this] {
        if (m_workbench->document()->profile())
            refill();
        update();
    });
    connect(m_workbench->document(), &PlanDocument::estimateChanged, this, &SolveDialog::update);
}

void SolveDialog::refill()
{
    const core::Profile& profile = *m_workbench->document()->profile();
    m_allowed->setFormats(profile, m_workbench->loadableFormats());
    const QSignalBlocker quietCaches(m_caches), quietFormat(m_keepFormat);
    const QString before = m_keepFormat->count() > 0 ? m_keepFormat->currentText() : QString::fromLatin1(kKeepFormat);
    m_keepFormat->clear();
    for (const std::string& format : profile.formats)
        m_keepFormat->addItem(toQt(format));
    m_keepFormat->setCurrentIndex(std::max(0, m_keepFormat->findText(before)));
    m_caches->clear();
    for (const auto& [name, measured] : profile.caches.empty() ? core::CacheProfile {} : profile.caches.front())
        m_caches->add(name, core::cacheFormatSummary(name), true);
}

core::SolveOptions SolveDialog::options() const
{
    core::SolveOptions options;
    m_budget->apply(options);
    options.formats = m_allowed->formats();
    options.tieFused = m_allowed->tieFused();
    options.cacheFormats = m_caches->ticked();
    options.cacheFormats.insert(options.cacheFormats.begin(), "kv-f16"); // an empty list would mean all
    if (m_keep->isChecked())
        options.keep = sensitiveLayers();
    return options;
}

std::vector<std::string> SolveDialog::sensitiveLayers() const
{
    return core::layersAbove(
        *m_workbench->document()->profile(), m_keepFormat->currentText().toStdString(), m_threshold->value());
}

void SolveDialog::update()
{
    if (!m_workbench->document()->profile()) // another model was opened
        return reject();
    const bool memory = m_budget->kind() == BudgetChoice::Memory;
    m_cachesCaption->setEnabled(memory);
    m_caches->setEnabled(memory && m_caches->count() > 0);
    m_caches->setToolTip(
        m_caches->count() > 0 ? QString() : tr("No format of the cache was profiled: caches stay in 16 bit"));
    m_threshold->setEnabled(m_keep->isChecked());
    m_keepFormat->setEnabled(m_keep->isChecked());
    m_plan.reset();
    const core::SolveOptions wanted = options();
    m_kept->setEnabled(m_keep->isChecked());
    m_kept->setText(
        tr("keeps %1").arg(shareText(sensitiveLayers().size(), m_workbench->document()->plan().layers.size())));
    if (const QString missing = m_budget->missing(); !missing.isEmpty())
        return showPlan(missing, false);
    if (wanted.formats.empty())
        return showPlan(tr("Tick at least one format."), true);
    auto plan = m_workbench->solved(wanted);
    if (!plan)
        return showPlan(toQt(plan.error().message), true);
    m_plan = std::move(*plan);
    m_plan->name = tr("mixed %1").arg(m_budget->name()).toStdString();
    showPlan({}, false);
}

void SolveDialog::showPlan(const QString& problem, bool isError)
{
    QPalette shown = palette();
    if (isError)
        shown.setColor(QPalette::WindowText, themeColors(palette()).error);
    m_result->setPalette(shown);
    m_use->setEnabled(m_plan.has_value());
    if (!m_plan) {
        m_result->setText(problem);
        m_details->clear();
        return;
    }
    const QString more = m_budget->outlook(*m_plan);
    const QString text = outlookText(*m_plan, *m_workbench->document());
    m_result->setText(more.isEmpty() ? text : text + u'\n' + more);
    m_details->setText(planText(*m_plan));
}

void SolveDialog::accept()
{
    if (!m_plan)
        return;
    // The document tells of its new plan at once: then there must be none to be solved for anew.
    m_workbench->document()->disconnect(this);
    m_workbench->document()->replacePlan(std::move(*m_plan), tr("Solve for %1").arg(m_budget->title()));
    QDialog::accept();
}

} // namespace kerf::ui
