// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/predicted_front.h"

#include <chrono>
#include <utility>

#include "core/jobs/job_edge.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr int kSoon = 120; ///< milliseconds from a change to the sweep

} // namespace

PredictedFront::PredictedFront(Workbench* workbench, QObject* parent)
    : QObject(parent)
    , m_workbench(workbench)
    , m_thread([this](const std::stop_token& stop) { run(stop); })
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(kSoon);
    connect(&m_soon, &QTimer::timeout, this, &PredictedFront::ask);
    const PlanDocument* document = workbench->document();
    for (const auto signal :
        { &PlanDocument::planReset, &PlanDocument::profileChanged, &PlanDocument::estimateChanged })
        connect(document, signal, this, &PredictedFront::follow);
    connect(workbench, &Workbench::timesChanged, this, &PredictedFront::follow);
    connect(workbench, &Workbench::runsChanged, this, &PredictedFront::follow);
    follow();
}

PredictedFront::~PredictedFront()
{
    const std::lock_guard lock(m_mutex);
    m_running.request_stop();
}

void PredictedFront::setAxis(core::FrontX axis)
{
    m_axis = axis;
    follow();
}

core::FrontCost PredictedFront::cost() const
{
    const auto speeds = m_workbench->document()->sharedSpeeds();
    return m_axis == core::FrontX::Speed && speeds && !speeds->table.isEmpty() ? core::FrontCost::Time
                                                                               : core::FrontCost::Bytes;
}

/// All that decides the front, as text; a profile by its address, which m_profile keeps.
std::string PredictedFront::key() const
{
    const PlanDocument& document = *m_workbench->document();
    const core::Plan& plan = document.plan();
    std::string key = document.loader() + '\n' + std::to_string(reinterpret_cast<std::uintptr_t>(document.profile()))
        + '\n' + std::to_string(static_cast<int>(cost())) + std::to_string(static_cast<int>(plan.mode)) + '\n'
        + core::toJson(plan.settings).dump() + core::toJson(plan.transforms).dump();
    if (const auto speeds = document.sharedSpeeds())
        key += speeds->table.machine() + std::to_string(speeds->table.lastTime());
    for (const std::string& cache : plan.kv)
        key += '\n' + cache;
    for (std::size_t i = 0; i < plan.layers.size(); ++i) {
        const core::PlanLayer& row = plan.layers[i];
        key += '\n' + row.method;
        if (document.isLocked(static_cast<int>(i)))
            key += ' ' + row.format;
    }
    return key;
}

void PredictedFront::follow()
{
    const PlanDocument& document = *m_workbench->document();
    if (document.isEmpty())
        return drop({});
    if (const QString problem = document.solverProblem(); !problem.isEmpty())
        return drop(problem);
    std::string now = key();
    if (now == m_key)
        return;
    m_key = std::move(now);
    m_profile = document.sharedProfile();
    ++m_number; // an answer that is on its way is for something else
    m_stale = !m_points.empty();
    m_soon.start();
    emit changed();
}

void PredictedFront::drop(const QString& problem)
{
    m_soon.stop();
    ++m_number;
    m_key.clear();
    m_profile.reset();
    m_stale = false;
    if (m_points.empty() && problem == m_problem)
        return;
    m_points.clear();
    m_problem = problem;
    emit changed();
}

void PredictedFront::ask()
{
    const PlanDocument& document = *m_workbench->document();
    Wish wish { m_number, document.sharedNetwork(), document.sharedProfile(), document.sharedSpeeds(),
        document.sharedPlan(), document.otherBytes(), m_workbench->solverLimits(), cost(), {} };
    {
        const std::lock_guard lock(m_mutex);
        m_running.request_stop();
        m_wish = std::move(wish);
    }
    m_changed.notify_all();
}

void PredictedFront::run(const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    while (m_changed.wait(lock, stop, [this] { return m_wish.has_value(); })) {
        const Wish wish = std::move(*std::exchange(m_wish, std::nullopt));
        m_running = wish.stop;
        lock.unlock();
        Answer found;
        const core::Status done = core::atJobEdge([&] {
            found = answer(wish);
            return core::Status();
        });
        if (!done)
            found.problem = toQt(done.error().message);
        QMetaObject::invokeMethod(
            this, [this, number = wish.number, found = std::move(found)]() mutable { take(number, std::move(found)); },
            Qt::QueuedConnection);
        lock.lock();
    }
}

PredictedFront::Answer PredictedFront::answer(const Wish& wish)
{
    const auto begin = std::chrono::steady_clock::now();
    core::SolveOptions limits = wish.limits;
    std::optional<core::DecodeTimes> times;
    if (wish.cost == core::FrontCost::Time) {
        times = core::decodeTimes(*wish.speeds, limits.formats.empty() ? wish.profile->formats : limits.formats);
        limits.times = times ? &*times : nullptr;
    }
    const core::JobContext job(wish.stop.get_token());
    auto front = core::planFront(*wish.profile, *wish.network, wish.otherBytes, limits,
        times ? wish.cost : core::FrontCost::Bytes, *wish.plan, job);
    Answer found;
    if (!front) {
        found.problem = toQt(front.error().message);
        return found;
    }
    for (core::FrontPoint& point : *front) {
        const auto plan = std::make_shared<const core::Plan>(std::move(point.plan));
        found.points.push_back(
            { plan, point.size, point.kld, wish.speeds ? wish.speeds->figure(*plan) : std::nullopt });
    }
    found.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return found;
}

void PredictedFront::take(int number, Answer answer)
{
    if (number != m_number)
        return;
    m_points = std::move(answer.points);
    m_problem = answer.problem;
    m_seconds = answer.seconds;
    m_stale = false;
    emit changed();
}

} // namespace kerf::ui
