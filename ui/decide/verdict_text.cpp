// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/decide/verdict_text.h"

#include <algorithm>

#include <QCoreApplication>
#include <QLocale>

#include "ui/decide/cost_panel.h"
#include "ui/decide/tornado_chart.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

/// Context of the translations of this file.
struct VerdictText {
    Q_DECLARE_TR_FUNCTIONS(VerdictText)
};

QString gigabytes(double bytes)
{
    return bytesText(static_cast<std::int64_t>(bytes));
}

} // namespace

QString problemText(const core::Decision& decision, const core::Error& error)
{
    return decision.settings.device.empty() ? VerdictText::tr("No machine is chosen yet.") : toQt(error.message);
}

QString goodText(const core::Decision& decision)
{
    const QString name = toQt(decision.subject);
    const auto verdict = decision.goodEnough();
    if (!verdict)
        return decision.run == 0
            ? VerdictText::tr("Whether “%1” is good enough is not known: it is not carried out yet.").arg(name)
            : VerdictText::tr("Whether “%1” is good enough was not measured.").arg(name);
    switch (*verdict) {
    case core::GateVerdict::Accept:
        return VerdictText::tr("“%1” is good enough.").arg(name);
    case core::GateVerdict::Reject:
        return VerdictText::tr("“%1” is not good enough.").arg(name);
    case core::GateVerdict::Inconclusive:
        break;
    }
    return VerdictText::tr("Whether “%1” is good enough is open.").arg(name);
}

QString fitText(const core::Decision& decision)
{
    if (!decision.fit)
        return problemText(decision, decision.fit.error());
    const core::Fit& fit = decision.fit->fit;
    const core::Use& use = decision.settings.use;
    const QString what = VerdictText::tr("%1 × %2 tokens").arg(QString::number(use.batch), countText(use.context));
    const QString device = decision.settings.cards > 1
        ? VerdictText::tr("%1 × %2").arg(QString::number(decision.settings.cards), toQt(decision.device->name))
        : toQt(decision.device->name);
    switch (fit.verdict) {
    case core::FitVerdict::Fits:
        return VerdictText::tr("%1 fit on %2, %3 left.").arg(what, device, gigabytes(fit.room - fit.asked));
    case core::FitVerdict::Tight:
        return VerdictText::tr("%1 fit tightly on %2, %3 left.").arg(what, device, gigabytes(fit.room - fit.asked));
    case core::FitVerdict::Fewer:
        return VerdictText::tr("%1 do not fit on %2: %3 are missing, %4 sequences fit.")
            .arg(what, device, gigabytes(fit.lacking()), countText(fit.sequences));
    case core::FitVerdict::No:
        break;
    }
    return VerdictText::tr("%1 do not fit on %2: %3 are missing.").arg(what, device, gigabytes(fit.lacking()));
}

QString fitPhrase(const core::Fit& fit)
{
    switch (fit.verdict) {
    case core::FitVerdict::Fits:
        return VerdictText::tr("fits, %1 left").arg(gigabytes(fit.room - fit.asked));
    case core::FitVerdict::Tight:
        return VerdictText::tr("fits tightly, %1 left").arg(gigabytes(fit.room - fit.asked));
    case core::FitVerdict::Fewer:
        return VerdictText::tr("%1 sequences fit, %2 are missing")
            .arg(countText(fit.sequences), gigabytes(fit.lacking()));
    case core::FitVerdict::No:
        break;
    }
    return VerdictText::tr("does not fit, %1 are missing").arg(gigabytes(fit.lacking()));
}

QString paysText(const core::Decision& decision)
{
    const auto pays = decision.pays();
    if (!pays)
        return VerdictText::tr("Whether it pays is not known.");
    const core::CostSide& cost = *decision.cost;
    const QString year = moneyText(cost.sheet.year, decision.settings.currency);
    switch (*pays) {
    case core::Pays::Yes:
        return VerdictText::tr("It pays: %1 in the first year.").arg(year);
    case core::Pays::No:
        return VerdictText::tr("It does not pay: %1 in the first year.").arg(year);
    case core::Pays::Unsettled:
        break;
    }
    QStringList deciding;
    for (const core::CostSwing& swing : cost.swings)
        if (swing.decides)
            deciding << costInputText(swing.input);
    return VerdictText::tr("Whether it pays is not settled (%1 in the first year): it depends on %2.")
        .arg(year, QLocale().createSeparatedList(deciding));
}

QString nextText(const core::Decision& decision)
{
    switch (decision.nextStep()) {
    case core::NextStep::ChooseMachine:
        return VerdictText::tr("Choose a machine.");
    case core::NextStep::MendSettings:
        return VerdictText::tr("Change what is set: %1").arg(toQt(decision.settingsProblem()->message));
    case core::NextStep::Settle:
        return VerdictText::tr("Look up what decides: it need not be sure, but sure enough.");
    case core::NextStep::MakeItFit:
        return VerdictText::tr(
            "Take fewer bits, a smaller cache, fewer sequences or more cards: the part “Fit” says which "
            "of them suffices.");
    case core::NextStep::CarryOut:
        return VerdictText::tr("Carry the plan out.");
    case core::NextStep::Measure:
        return VerdictText::tr("Measure the run on what is required.");
    case core::NextStep::MoreItems: {
        double most = 0;
        for (const core::GateFinding& finding : decision.judgedSubject()->findings)
            most = std::max(most, finding.itemsNeeded.value_or(0));
        return most > 0 ? VerdictText::tr("Some %1 items would decide, if what was seen goes on.")
                              .arg(countText(static_cast<std::int64_t>(most)))
                        : VerdictText::tr("Measure more items.");
    }
    case core::NextStep::GivePrices:
        return VerdictText::tr("Give the price of a machine and the requests a month.");
    case core::NextStep::AnotherPlan: {
        const core::JudgedRun* other = decision.takeInstead();
        return other ? VerdictText::tr("Take another plan: “%1” is the smallest that passes.").arg(toQt(other->name))
                     : VerdictText::tr("Take another plan: more bits where the damage is.");
    }
    case core::NextStep::Report:
        break;
    }
    return VerdictText::tr("Nothing is missing: make the report.");
}

} // namespace kerf::ui
