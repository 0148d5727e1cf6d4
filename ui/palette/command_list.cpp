// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/palette/command_list.h"

#include <algorithm>
#include <climits>
#include <functional>
#include <utility>

#include "ui/palette/command_match.h"

namespace kerf::ui {

void CommandList::setCommands(std::vector<Command> commands)
{
    beginResetModel();
    m_commands = std::move(commands);
    m_shown.clear();
    endResetModel();
    setQuery({});
}

void CommandList::setQuery(const QString& query)
{
    std::vector<std::pair<int, std::size_t>> found;
    for (std::size_t i = 0; i < m_commands.size(); ++i) {
        const Command& command = m_commands[i];
        // What it is called counts more than where it comes from.
        const auto byText = matchScore(command.text, query);
        const auto byAll = matchScore(command.group + u' ' + command.text, query);
        if (byText || byAll)
            found.emplace_back(std::max(byText.value_or(INT_MIN), byAll.value_or(INT_MIN)), i);
    }
    std::ranges::stable_sort(found, std::greater<>(), &std::pair<int, std::size_t>::first);
    beginResetModel();
    m_matches = static_cast<int>(found.size());
    m_shown.clear();
    for (std::size_t i = 0; i < std::min<std::size_t>(found.size(), kMostShown); ++i)
        m_shown.push_back(found[i].second);
    endResetModel();
}

int CommandList::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

QVariant CommandList::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const Command& shown = command(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return shown.text;
    case Qt::ToolTipRole:
        return shown.problem.isEmpty() ? QVariant() : shown.problem;
    case Qt::AccessibleTextRole:
        return shown.problem.isEmpty() ? tr("%1: %2").arg(shown.group, shown.text)
                                       : tr("%1: %2, not now: %3").arg(shown.group, shown.text, shown.problem);
    case GroupRole:
        return shown.group;
    case KeysRole:
        return shown.keys;
    case ProblemRole:
        return shown.problem;
    default:
        return {};
    }
}

Qt::ItemFlags CommandList::flags(const QModelIndex& index) const
{
    // What cannot be done stays selectable: the palette then says why.
    return index.isValid() ? Qt::ItemIsEnabled | Qt::ItemIsSelectable : Qt::NoItemFlags;
}

} // namespace kerf::ui
