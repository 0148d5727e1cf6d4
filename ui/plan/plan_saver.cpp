// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/plan_saver.h"

#include <utility>

#include "core/jobs/job_edge.h"
#include "ui/value_text.h"

namespace kerf::ui {

PlanSaver::PlanSaver(QObject* parent)
    : QObject(parent)
    , m_thread([this](const std::stop_token& stop) { run(stop); })
{
}

void PlanSaver::save(const std::filesystem::path& workspace, core::RowId model, core::Plan plan)
{
    {
        const std::lock_guard lock(m_mutex);
        m_wish = Wish { workspace, model, std::move(plan) };
    }
    m_changed.notify_all();
}

void PlanSaver::flush()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return !m_wish && !m_writing; });
}

void PlanSaver::close()
{
    std::unique_lock lock(m_mutex);
    m_letGo = true;
    m_changed.notify_all();
    m_changed.wait(lock, [this] { return !m_wish && !m_writing && !m_letGo; });
}

/// What waits when the program ends is still written: the wish is looked for before the stop.
void PlanSaver::run(const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    while (m_changed.wait(lock, stop, [this] { return m_wish || m_letGo; }) || m_wish) {
        if (m_wish) {
            const Wish wish = std::move(*std::exchange(m_wish, std::nullopt));
            m_writing = true;
            lock.unlock();
            const core::Status written = core::atJobEdge([&] { return write(wish); });
            if (!written)
                emit failed(toQt(written.error().message));
            lock.lock();
            m_writing = false;
        } else {
            m_workspace.reset();
            m_letGo = false;
        }
        m_changed.notify_all();
    }
}

core::Status PlanSaver::write(const Wish& wish)
{
    if (!m_workspace || m_workspace->file() != std::filesystem::weakly_canonical(wish.workspace)) {
        m_workspace.reset();
        auto opened = core::Workspace::open(wish.workspace);
        if (!opened)
            return tl::unexpected(opened.error());
        m_workspace.emplace(std::move(*opened));
        m_written.clear();
    }
    std::string plan = wish.plan.name + '\n' + core::planHash(wish.plan);
    for (const std::string& layer : wish.plan.locked) // no part of the hash
        plan += '\n' + layer;
    if (m_model == wish.model && m_written == plan)
        return {};
    KERF_CHECK(m_workspace->saveDraft(wish.model, wish.plan));
    m_model = wish.model;
    m_written = std::move(plan);
    return {};
}

} // namespace kerf::ui
