// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/palette/command_source.h"

#include <QAction>
#include <QCoreApplication>

#include "ui/actions.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

/// Texts of the command palette.
struct Commands {
    Q_DECLARE_TR_FUNCTIONS(Commands)
};

void addActions(const Actions& actions, std::vector<Command>& commands)
{
    for (const Actions::Entry& entry : actions.entries()) {
        QAction* action = entry.action;
        commands.push_back({ entry.path, entry.text, action->shortcut().toString(QKeySequence::NativeText),
            action->isEnabled() ? QString() : action->toolTip(), [action] { action->trigger(); } });
    }
}

void addPlans(Workbench& workbench, std::vector<Command>& commands)
{
    for (const core::Plan& plan : workbench.session()->savedPlans())
        commands.push_back({ Commands::tr("Plan"), toQt(plan.name), {}, {}, [&workbench, plan] {
                                workbench.document()->replacePlan(
                                    plan, Commands::tr("Use Plan %1").arg(toQt(plan.name)));
                            } });
}

void addRuns(Workbench& workbench, std::vector<Command>& commands)
{
    for (const core::RunRow& run : workbench.session()->runs())
        commands.push_back({ Commands::tr("Run"), toQt(run.name), {}, {},
            [&workbench, id = run.id] { workbench.selection()->setRun(id); } });
}

void addLayers(Workbench& workbench, std::vector<Command>& commands)
{
    const auto& layers = workbench.session()->network()->layers();
    for (std::size_t i = 0; i < layers.size(); ++i)
        commands.push_back({ Commands::tr("Layer"), toQt(layers[i].name), {}, {},
            [&workbench, at = static_cast<int>(i)] { workbench.selection()->setLayers({ at }, at); } });
}

} // namespace

std::vector<Command> commandsOf(const Actions& actions, Workbench& workbench)
{
    std::vector<Command> commands;
    addActions(actions, commands);
    if (workbench.hasModel()) {
        addPlans(workbench, commands);
        addRuns(workbench, commands);
        addLayers(workbench, commands);
    }
    return commands;
}

} // namespace kerf::ui
