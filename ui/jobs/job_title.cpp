// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/job_title.h"

#include <algorithm>
#include <charconv>

#include <QCoreApplication>

#include "core/jobs/job_settings.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

/// The context of the translations.
struct JobTitle {
    Q_DECLARE_TR_FUNCTIONS(JobTitle)
};

QString runName(const std::string& number, const std::vector<core::RunRow>& runs)
{
    const auto found
        = std::ranges::find_if(runs, [&](const core::RunRow& run) { return std::to_string(run.id) == number; });
    return found == runs.end() ? toQt(number) : toQt(found->name);
}

} // namespace

QString jobTitle(const core::JobRow& job, const std::vector<core::RunRow>& runs)
{
    const std::string subject = core::jobSubject(job);
    int count = 0;
    std::from_chars(subject.data(), subject.data() + subject.size(), count);
    if (job.kind == "profile")
        return JobTitle::tr("Profile");
    if (job.kind == "run")
        return JobTitle::tr("Run %1").arg(toQt(subject));
    if (job.kind == "sweep")
        return JobTitle::tr("Sweep of %n Plan(s)", nullptr, count);
    if (job.kind == "search") {
        const QString suffix = QStringLiteral(" refined"); // of the plan it makes
        const QString name = toQt(subject);
        return JobTitle::tr("Refine %1").arg(name.endsWith(suffix) ? name.chopped(suffix.size()) : name);
    }
    if (job.kind == "cells")
        return JobTitle::tr("Measure %n Cell(s)", nullptr, count);
    if (job.kind == "methods")
        return JobTitle::tr("Compare Methods");
    if (job.kind == "check")
        return JobTitle::tr("Check Prediction");
    if (job.kind == "evaluate")
        return JobTitle::tr("Evaluate %1").arg(runName(subject, runs));
    if (job.kind == "bench")
        return JobTitle::tr("Measure Speed of %1").arg(runName(subject, runs));
    if (job.kind == "export")
        return JobTitle::tr("Export %1").arg(runName(subject, runs));
    return JobTitle::tr("Time the Formats");
}

} // namespace kerf::ui
