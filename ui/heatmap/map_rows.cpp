// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/heatmap/map_rows.h"

#include <algorithm>
#include <map>

#include <QStringList>

#include "ui/value_text.h"

namespace kerf::ui {
namespace {

bool isNumber(const QString& part)
{
    return !part.isEmpty() && std::ranges::all_of(part, [](QChar each) { return each.isDigit(); });
}

/// The last part of a module path, or the last two where one would name two roles of a block (attn.c_proj, mlp.c_proj).
/// The number of an expert is no part of it.
QString roleName(const std::string& layer, qsizetype parts)
{
    QStringList path = toQt(layer).split(u'.');
    path.removeIf(isNumber);
    return path.mid(std::max<qsizetype>(0, path.size() - parts)).join(u'.');
}

} // namespace

void MapRows::reset(const std::vector<core::LayerInfo>& layers)
{
    m_roles.clear();
    m_places.clear();
    std::map<std::string, int> roleOf;
    std::map<std::pair<int, int>, int> seen;
    std::vector<const core::LayerInfo*> first;
    for (const core::LayerInfo& layer : layers) {
        const auto [it, isNew] = roleOf.try_emplace(layer.role, static_cast<int>(m_roles.size()));
        if (isNew) {
            m_roles.emplace_back();
            first.push_back(&layer);
        }
        const int copy = seen[{ layer.block, it->second }]++;
        m_places.emplace_back(it->second, copy);
        Role& role = m_roles[static_cast<std::size_t>(it->second)];
        role.copies = std::max(role.copies, copy + 1);
    }
    std::map<QString, int> uses;
    for (const core::LayerInfo* layer : first)
        ++uses[roleName(layer->name, 1)];
    for (std::size_t i = 0; i < first.size(); ++i)
        m_roles[i].name = roleName(first[i]->name, uses[roleName(first[i]->name, 1)] > 1 ? 2 : 1);
    m_hasGroups = std::ranges::any_of(m_roles, [](const Role& role) { return role.copies > 1; });
    lay();
}

void MapRows::lay()
{
    m_rows.clear();
    m_roleOfRow.clear();
    for (std::size_t i = 0; i < m_roles.size(); ++i) {
        Role& role = m_roles[i];
        role.row = size();
        const bool many = role.copies > 1;
        m_rows.push_back(
            { many ? QStringLiteral("%1 × %2").arg(role.name).arg(role.copies) : role.name, role.copies, role.isOpen });
        for (int copy = 0; role.isOpen && copy < role.copies; ++copy)
            m_rows.push_back({ QStringLiteral("%1 · %2").arg(role.name).arg(copy) });
        m_roleOfRow.resize(m_rows.size(), static_cast<int>(i));
    }
}

bool MapRows::isAllOpen() const
{
    return m_hasGroups
        && std::ranges::all_of(m_roles, [](const Role& role) { return role.copies == 1 || role.isOpen; });
}

void MapRows::setOpen(int row, bool open)
{
    Role& role = m_roles[static_cast<std::size_t>(m_roleOfRow[static_cast<std::size_t>(row)])];
    role.isOpen = open && role.copies > 1;
    lay();
}

void MapRows::setAllOpen(bool open)
{
    for (Role& role : m_roles)
        role.isOpen = open && role.copies > 1;
    lay();
}

int MapRows::roleRowOf(int layer) const
{
    return m_roles[static_cast<std::size_t>(m_places[static_cast<std::size_t>(layer)].first)].row;
}

int MapRows::rowOf(int layer) const
{
    const auto [at, copy] = m_places[static_cast<std::size_t>(layer)];
    const Role& role = m_roles[static_cast<std::size_t>(at)];
    return role.isOpen ? role.row + 1 + copy : role.row;
}

} // namespace kerf::ui
