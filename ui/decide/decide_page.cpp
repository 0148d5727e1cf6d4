// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/decide/decide_page.h"

#include <algorithm>

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/actions.h"
#include "ui/compare/report_dialog.h"
#include "ui/decide/advice_panel.h"
#include "ui/decide/cost_panel.h"
#include "ui/decide/decide_form.h"
#include "ui/decide/decision_desk.h"
#include "ui/decide/fit_panel.h"
#include "ui/decide/gate_panel.h"
#include "ui/decide/step_list.h"
#include "ui/decide/verdict_text.h"
#include "ui/value_text.h"
#include "ui/window/panel_tabs.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr int kWideCharacters = 176, kTallLines = 40; ///< from which on all parts are seen at once
constexpr int kLeastCharacters = 70, kLeastLines = 20; ///< below it scrolls

} // namespace

DecidePage::DecidePage(Workbench* workbench, Actions* actions, QWidget* parent)
    : QWidget(parent)
    , m_desk(workbench->desk())
    , m_actions(actions)
    , m_headline(new QLabel(this))
    , m_detail(new QLabel(this))
    , m_next(new QPushButton(this))
    , m_whole(new QToolButton(this))
    , m_form(new DecideForm(m_desk, this))
    , m_stack(new QStackedWidget(this))
    , m_wide(new QSplitter(Qt::Horizontal, this))
    , m_upper(new QSplitter(Qt::Horizontal, this))
    , m_lower(new QSplitter(Qt::Horizontal, this))
    , m_tabs(makePanelTabs(tr("Parts of the decision"), this))
{
    setObjectName(QStringLiteral("decidePage"));
    m_panels = { new AdvicePanel(m_desk, actions, this), new FitPanel(m_desk, this),
        new GatePanel(m_desk, actions, this), new CostPanel(m_desk, this) };
    auto* side = new QWidget(this);
    side->setObjectName(QStringLiteral("panel"));
    side->setAttribute(Qt::WA_StyledBackground);
    auto* sideLayout = new QVBoxLayout(side);
    sideLayout->setContentsMargins(0, 0, 0, 0);
    sideLayout->addWidget(new StepList(m_desk, side));
    sideLayout->addWidget(m_form);
    sideLayout->addStretch();
    m_formArea = scrolled(side, this);
    auto* rows = new QSplitter(Qt::Vertical, this);
    rows->addWidget(m_upper);
    rows->addWidget(m_lower);
    m_wide->addWidget(rows);
    for (QSplitter* split : { m_wide, m_upper, m_lower, rows })
        split->setChildrenCollapsible(false);
    m_stack->addWidget(m_tabs);
    m_stack->addWidget(m_wide);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(makeVerdict());
    layout->addWidget(m_stack, 1);
    layout->setSizeConstraint(QLayout::SetNoConstraint);
    place(false);
    connect(m_desk, &DecisionDesk::decided, this, &DecidePage::showVerdict);
    showVerdict();
}

QWidget* DecidePage::makeVerdict()
{
    auto* bar = new QWidget(this);
    bar->setObjectName(QStringLiteral("panel"));
    bar->setAttribute(Qt::WA_StyledBackground);
    m_headline->setObjectName(QStringLiteral("verdict"));
    QFont large = m_headline->font();
    large.setBold(true);
    large.setPointSizeF(large.pointSizeF() * 1.25);
    m_headline->setFont(large);
    m_detail->setObjectName(QStringLiteral("verdictDetail"));
    for (QLabel* label : { m_headline, m_detail }) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    }
    m_next->setObjectName(QStringLiteral("nextStep"));
    m_next->setProperty("primary", true);
    connect(m_next, &QPushButton::clicked, this, &DecidePage::takeStep);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(2);
    texts->addWidget(m_headline);
    texts->addWidget(m_detail);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->addLayout(texts, 1);
    m_whole->setDefaultAction(m_actions->hidePanels);
    m_whole->setProperty("chip", true);
    layout->addWidget(m_whole);
    layout->addWidget(m_next);
    return bar;
}

/// The parts side by side, or as tabs.
void DecidePage::place(bool wide)
{
    m_isWide = wide;
    if (wide) {
        m_tabs->clear();
        m_wide->insertWidget(0, m_formArea);
        for (std::size_t i = 0; i < m_panels.size(); ++i)
            (i < 2 ? m_upper : m_lower)->addWidget(m_panels[i]);
        const int form = m_formArea->widget()->sizeHint().width() + m_formArea->verticalScrollBar()->sizeHint().width();
        const int rest = std::max(2, width() - form);
        m_formArea->setMinimumWidth(form); // nothing of it scrolls sideways
        m_wide->setSizes({ form, rest });
        m_wide->setStretchFactor(1, 1);
        for (DecidePanel* panel : m_panels) // tabs have hidden all but one
            panel->show();
        m_formArea->show();
        for (QSplitter* row : { m_upper, m_lower })
            row->setSizes({ rest / 2, rest / 2 });
    } else {
        m_formArea->setMinimumWidth(0);
        m_tabs->addTab(m_formArea, tr("Settings"));
        for (DecidePanel* panel : m_panels)
            m_tabs->addTab(panel, panel->title());
    }
    m_stack->setCurrentIndex(wide ? 1 : 0);
}

QSize DecidePage::minimumSizeHint() const
{
    return { kLeastCharacters * fontMetrics().averageCharWidth(), kLeastLines * fontMetrics().lineSpacing() };
}

void DecidePage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const bool wide = width() >= kWideCharacters * fontMetrics().averageCharWidth()
        && height() >= kTallLines * fontMetrics().lineSpacing();
    if (wide != m_isWide)
        place(wide);
}

void DecidePage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_desk->setActive(true);
}

void DecidePage::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_desk->setActive(false);
}

void DecidePage::showVerdict()
{
    const core::Decision* decision = m_desk->decision();
    m_next->setVisible(decision != nullptr);
    if (!decision) {
        m_headline->setText(tr("Nothing can be decided yet."));
        m_detail->setText(m_desk->problem());
        return;
    }
    Selection* selection = m_desk->workbench()->selection();
    if (decision->run != 0 && selection->run() == 0) // what the buttons of the gate measure
        selection->setRun(decision->run);
    m_headline->setText(goodText(*decision));
    m_detail->setText(QStringList { fitText(*decision), paysText(*decision), nextText(*decision) }.join(u' '));
    const Step step = stepAfter(*decision);
    m_next->setText(step.text);
    m_next->setVisible(step.take != nullptr);
}

/// What measures what is required first.
QAction* DecidePage::measuringAction(const core::Decision& decision) const
{
    const auto required = core::parseRequirement(decision.requirements.front());
    const std::string metric = required ? required->metric : std::string();
    for (const char* ofSamples : { "kld_", "perplexity", "same_top1", "cosine_", "squared_", "output_", "agreement_",
             "ap", "ar_", "chance_", "state_", "box_" })
        if (metric.starts_with(ofSamples))
            return m_actions->evaluateRun;
    return m_desk->workbench()->session()->network()->generator() ? m_actions->askRun : m_actions->scoreRun;
}

void DecidePage::takeStep()
{
    if (!m_desk->decision())
        return;
    if (const Step step = stepAfter(*m_desk->decision()); step.take)
        step.take();
}

DecidePage::Step DecidePage::stepAfter(const core::Decision& decision)
{
    const auto inSettings = [this](void (DecideForm::*focus)()) {
        return [this, focus] {
            if (!m_isWide)
                m_tabs->setCurrentWidget(m_formArea);
            (m_form->*focus)();
        };
    };
    const auto trigger = [](QAction* action) { return [action] { action->trigger(); }; };
    switch (decision.nextStep()) {
    case core::NextStep::ChooseMachine:
        return { tr("Choose a Machine"), inSettings(&DecideForm::focusMachine) };
    case core::NextStep::CarryOut:
        return { tr("Run the Plan"), trigger(m_actions->runPlan) };
    case core::NextStep::Measure:
    case core::NextStep::MoreItems: {
        QAction* measure = measuringAction(decision);
        return { measure->text().remove(u'&'), [this, measure, run = decision.run] {
                    m_desk->workbench()->selection()->setRun(run);
                    measure->trigger();
                } };
    }
    case core::NextStep::Settle:
    case core::NextStep::GivePrices:
        return { tr("Give Prices"), inSettings(&DecideForm::focusPrice) };
    case core::NextStep::AnotherPlan:
        if (const core::JudgedRun* other = decision.takeInstead())
            return { tr("Take “%1”").arg(toQt(other->name)), [this, id = other->run] {
                        m_desk->change([id](core::DecisionSettings& settings) { settings.run = id; });
                    } };
        return { tr("Sweep…"), trigger(m_actions->sweep) };
    case core::NextStep::Report:
        return { tr("Make Report…"),
            [this, run = decision.run] { (new ReportDialog(m_desk->workbench(), { run }, run, window()))->open(); } };
    case core::NextStep::MakeItFit:
    case core::NextStep::MendSettings:
        break;
    }
    return {}; // several ways: the text names them
}

} // namespace kerf::ui
