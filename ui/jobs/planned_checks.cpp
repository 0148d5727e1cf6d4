// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/planned_checks.h"

#include <utility>

namespace kerf::ui {

PlannedChecks::PlannedChecks(QObject* parent)
    : QObject(parent)
{
    connect(&m_lookup, &NewestJob::due, this, &PlannedChecks::start);
    connect(&m_lookup, &NewestJob::finished, this, &PlannedChecks::end);
}

void PlannedChecks::look(const core::Job& job, const JobPlace& place)
{
    m_wanted.emplace(Wish { job, place });
    m_found.reset();
    m_lookup.ask(true);
    emit changed();
}

void PlannedChecks::forget()
{
    m_wanted.reset();
    m_found.reset();
    m_lookup.ask(false);
    emit changed();
}

void PlannedChecks::start()
{
    if (!m_wanted)
        return;
    m_lookup.start(
        [this, wish = *m_wanted, number = m_lookup.number()](const core::JobContext& context) -> core::Status {
            KERF_TRY(const core::Workspace workspace, core::Workspace::open(wish.place.workspace));
            KERF_TRY(core::JobChecks found,
                core::checkJob(*wish.place.project, workspace, wish.job, wish.place.wishes, context));
            QMetaObject::invokeMethod(
                this, [this, number, found = std::move(found)]() mutable { take(number, std::move(found)); },
                Qt::QueuedConnection);
            return {};
        });
}

void PlannedChecks::take(std::uint64_t number, core::JobChecks found)
{
    if (number != m_lookup.number())
        return;
    m_wanted.reset();
    m_found = std::move(found);
    emit changed();
}

void PlannedChecks::end(const JobOutcome& outcome)
{
    if (outcome.done || outcome.stopped())
        return; // what was found is on its way, or no longer wanted
    core::JobChecks found;
    found.add(
        { "plan", core::CheckState::Block, tr("cannot be checked").toStdString(), outcome.message.toStdString() });
    take(m_lookup.number(), std::move(found));
}

} // namespace kerf::ui
