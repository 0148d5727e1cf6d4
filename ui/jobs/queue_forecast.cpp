// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/queue_forecast.h"

namespace kerf::ui {

QueueForecast::QueueForecast(JobModel* model, QObject* parent)
    : QObject(parent)
    , m_model(model)
{
    connect(&m_checks, &PlannedChecks::changed, this, &QueueForecast::take);
}

void QueueForecast::add(JobId id, const core::Job& job, const JobPlace& place)
{
    m_waiting.push_back({ id, job, place });
    if (m_waiting.size() == 1)
        lookAtNext();
}

void QueueForecast::clear()
{
    m_waiting.clear();
    m_checks.forget();
}

void QueueForecast::lookAtNext()
{
    if (!m_waiting.empty())
        m_checks.look(m_waiting.front().job, m_waiting.front().place);
}

void QueueForecast::take()
{
    if (!m_checks.found() || m_waiting.empty())
        return;
    if (const int row = m_model->rowOf(m_waiting.front().id); row >= 0)
        m_model->setForecast(row, { m_checks.found()->seconds, m_checks.found()->memoryBytes });
    m_waiting.pop_front();
    lookAtNext();
}

} // namespace kerf::ui
