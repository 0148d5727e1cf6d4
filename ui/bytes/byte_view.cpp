// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/bytes/byte_view.h"

#include <algorithm>
#include <functional>

#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {

ByteView::ByteView(Workbench* workbench, QObject* parent)
    : QObject(parent)
    , m_workbench(workbench)
{
    const PlanDocument* document = workbench->document();
    connect(document, &PlanDocument::planReset, this, &ByteView::startOver);
    connect(document, &PlanDocument::estimateChanged, this, &ByteView::follow);
    startOver();
}

void ByteView::startOver()
{
    const core::ProjectPtr& project = m_workbench->session()->project();
    const PlanDocument& document = *m_workbench->document();
    m_inside.reset();
    m_parts.clear();
    m_tied = false;
    if (project && !document.isEmpty()) {
        m_parts = core::byteParts(project->model, document.plan());
        m_tied = project->model.network->graph().sharesTensors()
            && std::ranges::none_of(
                m_parts, [](const core::BytePart& part) { return part.kind == core::BytesFor::Head; });
    }
    fill();
}

void ByteView::follow()
{
    m_late = !m_shown;
    if (m_parts.empty() || m_late)
        return;
    core::setPlanBytes(m_parts, *m_workbench->document()->network(), m_workbench->document()->plan());
    fill();
}

void ByteView::setGrouping(core::ByteGrouping by)
{
    m_by = by;
    m_inside.reset();
    fill();
}

void ByteView::enter(int item)
{
    if (isInside() || item < 0 || item >= static_cast<int>(m_items.size()))
        return;
    m_inside = m_items[static_cast<std::size_t>(item)].name;
    fill();
}

void ByteView::leave()
{
    m_inside.reset();
    fill();
}

void ByteView::setShown(bool shown)
{
    m_shown = shown;
    if (shown && m_late)
        follow();
}

QString ByteView::insideName() const
{
    return m_inside.value_or(QString());
}

QString ByteView::groupName(const core::ByteGroup& group) const
{
    switch (group.kind) {
    case core::BytesFor::Embedding:
        return m_tied ? tr("embedding (also the head)") : tr("embedding");
    case core::BytesFor::Head:
        return tr("head");
    case core::BytesFor::Norm:
        return tr("norms");
    case core::BytesFor::Other:
        return tr("other tensors");
    case core::BytesFor::Unused:
        return tr("unused tensors");
    case core::BytesFor::Header:
        return tr("file headers");
    case core::BytesFor::Layer:
        break;
    }
    return m_by == core::ByteGrouping::Block ? tr("block %1").arg(toQt(group.name)) : toQt(group.name);
}

void ByteView::fill()
{
    m_items.clear();
    m_before = m_after = 0;
    m_groups.clear();
    if (!m_parts.empty())
        m_groups
            = core::groupBytes(m_parts, *m_workbench->document()->network(), m_workbench->document()->plan(), m_by);
    for (std::size_t i = 0; i < m_groups.size(); ++i) {
        const core::ByteGroup& group = m_groups[i];
        Item item { groupName(group), group.before, group.after, group.kind == core::BytesFor::Layer, {}, i };
        for (const std::size_t part : group.parts)
            if (m_parts[part].layer >= 0)
                item.layers.push_back(m_parts[part].layer);
        m_before += item.before;
        m_after += item.after;
        m_items.push_back(std::move(item));
    }
    if (m_inside)
        fillInside();
    emit changed();
}

/// The parts of the entered group; a format that no layer has any more is left.
void ByteView::fillInside()
{
    const auto found = std::ranges::find(m_items, *m_inside, &Item::name);
    if (found == m_items.end()) {
        m_inside.reset();
        return;
    }
    const std::size_t group = found->group;
    m_items.clear();
    for (const std::size_t at : m_groups[group].parts) {
        const core::BytePart& part = m_parts[at];
        m_items.push_back({ toQt(part.name), part.before, part.after, part.layer >= 0,
            part.layer >= 0 ? std::vector<int> { part.layer } : std::vector<int> {}, group });
    }
    std::ranges::stable_sort(m_items, std::greater<>(), &Item::after);
}

} // namespace kerf::ui
