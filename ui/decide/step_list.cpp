// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/decide/step_list.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>

#include "ui/compare/report_dialog.h"
#include "ui/decide/decision_desk.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

enum Step { Advice, FitStep, Gate, Cost };

QString gateState(const core::Decision& decision)
{
    const auto verdict = decision.goodEnough();
    if (!verdict)
        return StepList::tr("not measured");
    return *verdict == core::GateVerdict::Accept ? StepList::tr("accepted")
        : *verdict == core::GateVerdict::Reject  ? StepList::tr("rejected")
                                                 : StepList::tr("open");
}

QString costState(const core::Decision& decision)
{
    const auto pays = decision.pays();
    if (!pays)
        return StepList::tr("not known");
    return *pays == core::Pays::Yes ? StepList::tr("pays")
        : *pays == core::Pays::No   ? StepList::tr("does not pay")
                                    : StepList::tr("not settled");
}

QString rulesOf(const core::Advice& advice)
{
    QStringList rules;
    for (const core::Reason& reason : advice.reasons)
        if (!rules.contains(toQt(reason.rule)))
            rules << toQt(reason.rule);
    return rules.join(QStringLiteral(", "));
}

} // namespace

StepList::StepList(DecisionDesk* desk, QWidget* parent)
    : QWidget(parent)
    , m_desk(desk)
    , m_report(new QPushButton(tr("Make &Report…"), this))
{
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(10, 8, 10, 10);
    auto* heading = new QLabel(tr("Steps"), this);
    QFont bold = heading->font();
    bold.setBold(true);
    heading->setFont(bold);
    grid->addWidget(heading, 0, 0, 1, 3);
    const QString names[] = { tr("Advice"), tr("Fit"), tr("Gate"), tr("Cost") };
    for (int step = 0; step < 4; ++step) {
        m_signs[step] = new QLabel(this);
        m_texts[step] = new QLabel(this);
        m_texts[step]->setObjectName(QStringLiteral("step%1").arg(step));
        m_texts[step]->setWordWrap(true);
        m_texts[step]->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        grid->addWidget(m_signs[step], step + 1, 0);
        grid->addWidget(new QLabel(names[step], this), step + 1, 1);
        grid->addWidget(m_texts[step], step + 1, 2);
    }
    grid->setColumnStretch(2, 1);
    m_report->setObjectName(QStringLiteral("decisionReport"));
    grid->addWidget(m_report, 5, 0, 1, 3);
    connect(m_report, &QPushButton::clicked, this, &StepList::makeReport);
    connect(desk, &DecisionDesk::decided, this, &StepList::showDecision);
    showDecision();
}

void StepList::setStep(int step, bool isDone, bool isWrong, const QString& text)
{
    const ThemeColors& colors = themeColors(palette());
    QPalette shown = m_signs[step]->palette();
    shown.setColor(QPalette::WindowText, isWrong ? colors.error : isDone ? colors.good : colors.dim);
    m_signs[step]->setPalette(shown);
    m_signs[step]->setText(isWrong ? QStringLiteral("✗") : isDone ? QStringLiteral("✓") : QStringLiteral("○"));
    m_texts[step]->setText(text);
}

void StepList::showDecision()
{
    const core::Decision* decision = m_desk->decision();
    m_report->setEnabled(decision && decision->run != 0);
    m_report->setToolTip(m_report->isEnabled() ? tr("One page with the verdict and all it stands on, as HTML or PDF")
                                               : tr("A report is of a run: choose one in “Decide about”."));
    if (!decision)
        return;
    setStep(
        Advice, decision->advice.has_value(), false, decision->advice ? rulesOf(*decision->advice) : tr("not known"));
    const bool isFitting = decision->fit
        && (decision->fit->fit.verdict == core::FitVerdict::Fits
            || decision->fit->fit.verdict == core::FitVerdict::Tight);
    setStep(FitStep, isFitting, decision->fit && !isFitting,
        !decision->fit ? tr("not known") : tr("%1 sequences fit").arg(countText(decision->fit->fit.sequences)));
    const auto verdict = decision->goodEnough();
    setStep(Gate, verdict == core::GateVerdict::Accept, verdict == core::GateVerdict::Reject, gateState(*decision));
    const auto pays = decision->pays();
    setStep(Cost, pays == core::Pays::Yes, pays == core::Pays::No, costState(*decision));
}

void StepList::makeReport()
{
    const core::RowId run = m_desk->decision() ? m_desk->decision()->run : 0;
    if (run == 0)
        return;
    (new ReportDialog(m_desk->workbench(), { run }, run, window()))->open();
}

} // namespace kerf::ui
