// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/refinement_text.h"

#include <algorithm>

#include <QCoreApplication>

#include "ui/value_text.h"

namespace kerf::ui {
namespace {

QString text(const char* english, int number = -1)
{
    return QCoreApplication::translate("RefinementText", english, nullptr, number);
}

QString comparison(const core::BeforeAfter& told)
{
    return text("KLD %1 → %2 (%3)")
        .arg(numberText(told.before, 4), numberText(told.after, 4), measuredText(told.change, told.changeStderr));
}

QString unchangedText(int steps, int kept)
{
    const QString stays = text("The plan stays as it was: %1");
    if (steps == 0)
        return stays.arg(text("there was no change to measure."));
    if (kept == 0)
        return stays.arg(text("%n change(s) measured, none made it better.", steps));
    return stays.arg(text("what made it better in independent mode did not in sequential mode."));
}

} // namespace

QString refinementText(const core::Refinement& found, bool isBetter, const JobOutcome& outcome)
{
    const auto steps = static_cast<int>(found.steps.size());
    const auto kept = static_cast<int>(std::ranges::count_if(found.steps, &core::RefineStep::kept));
    if (!isBetter)
        return unchangedText(steps, kept);
    const QString changes = text("%1 of %n change(s) kept.", steps).arg(kept);
    if (outcome.done && found.text)
        return text("The plan is refined. On the evaluation text: %1. %2").arg(comparison(*found.text), changes);
    const QString searched = text("On the windows of the search: %1. %2").arg(comparison(found.held), changes);
    if (outcome.done)
        return text("The plan is refined. %1").arg(searched);
    const bool sequential = found.plan.mode == core::QuantizeMode::Sequential;
    const QString soFar = sequential ? text("The better plan found so far, measured in independent mode, is in hand.")
                                     : text("The better plan found so far is in hand.");
    return (outcome.stopped() ? text("Stopped.") : outcome.message) + u' ' + soFar + u' ' + searched;
}

} // namespace kerf::ui
