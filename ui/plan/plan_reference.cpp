// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/plan_reference.h"

#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {

PlanReference::PlanReference(Workbench* workbench, QObject* parent)
    : QObject(parent)
    , m_workbench(workbench)
{
    connect(workbench->document(), &PlanDocument::planReset, this, [this] { set(Kind::Baseline); });
    connect(workbench->document(), &PlanDocument::estimateChanged, this, &PlanReference::update);
    connect(workbench, &Workbench::runsChanged, this, &PlanReference::update);
    update();
}

void PlanReference::set(Kind kind, core::RowId run)
{
    m_kind = kind;
    m_run = run;
    update();
}

void PlanReference::update()
{
    const PlanDocument& document = *m_workbench->document();
    std::shared_ptr<const core::Plan> now
        = m_kind == Kind::LastStep ? document.beforeLastStep() : document.sharedBaseline();
    if (m_kind == Kind::Run) {
        const core::RunRow* row = m_workbench->session()->run(m_run);
        if (row && row->plan.layers.size() == document.plan().layers.size()) {
            if (m_plan && m_plan->layers == row->plan.layers)
                return;
            now = std::make_shared<const core::Plan>(row->plan);
        }
    }
    if (now == m_plan)
        return;
    m_plan = now;
    emit changed();
}

QString PlanReference::name() const
{
    const core::RunRow* row = m_kind == Kind::Run ? m_workbench->session()->run(m_run) : nullptr;
    if (row)
        return toQt(row->name);
    return m_kind == Kind::LastStep ? tr("the plan before the last step") : tr("the plan as opened or solved");
}

} // namespace kerf::ui
