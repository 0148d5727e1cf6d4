// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/refinement_text.h"

#include <algorithm>

#include <QCoreApplication>

#include "ui/value_text.h"

namespace kerf::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(RefinementText)
};

QString comparison(const core::BeforeAfter& told)
{
    return Words::tr("divergence %1 → %2 (%3)")
        .arg(numberText(told.before, 4), numberText(told.after, 4), measuredText(told.change, told.changeStderr));
}

QString unchangedText(int steps, int kept)
{
    if (steps == 0)
        return Words::tr("The plan stays as it was: there was no change to measure.");
    if (kept == 0)
        return Words::tr("The plan stays as it was: %n change(s) measured, none made it better.", nullptr, steps);
    return Words::tr("The plan stays as it was: what made it better in independent mode did not in sequential mode.");
}

} // namespace

QString refinementText(const core::Refinement& found, bool isBetter, const JobOutcome& outcome)
{
    const auto steps = static_cast<int>(found.steps.size());
    const auto kept = static_cast<int>(std::ranges::count_if(found.steps, &core::RefineStep::kept));
    if (!isBetter)
        return unchangedText(steps, kept);
    const QString changes = Words::tr("%1 of %n change(s) kept.", nullptr, steps).arg(kept);
    if (outcome.done && found.text)
        return Words::tr("The plan is refined. On the evaluation text: %1. %2").arg(comparison(*found.text), changes);
    const QString searched = Words::tr("On the windows of the search: %1. %2").arg(comparison(found.held), changes);
    if (outcome.done)
        return Words::tr("The plan is refined. %1").arg(searched);
    const bool sequential = found.plan.mode == core::QuantizeMode::Sequential;
    const QString soFar = sequential
        ? Words::tr("The better plan found so far, measured in independent mode, is in hand.")
        : Words::tr("The better plan found so far is in hand.");
    return QStringList { outcome.stopped() ? Words::tr("Stopped.") : outcome.message, soFar, searched }.join(u' ');
}

} // namespace kerf::ui
