// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/job_filter_proxy.h"

#include <algorithm>

#include "ui/jobs/job_model.h"

namespace kerf::ui {

void JobFilterProxy::setFilter(const QRegularExpression& filter)
{
    m_filter = filter;
    invalidateFilter();
}

void JobFilterProxy::showHistory(bool on)
{
    m_showsHistory = on;
    invalidateFilter();
}

bool JobFilterProxy::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    const auto at = [&](int column) { return sourceModel()->index(row, column, parent); };
    if (!m_showsHistory && at(0).data(JobModel::EndedRole).toBool())
        return false;
    const auto matches = [&](int column) { return m_filter.match(at(column).data().toString()).hasMatch(); };
    const auto columns
        = { JobModel::TitleColumn, JobModel::KindColumn, JobModel::StateColumn, JobModel::MessageColumn };
    return m_filter.pattern().isEmpty() || std::ranges::any_of(columns, matches);
}

} // namespace kerf::ui
