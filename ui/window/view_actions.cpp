// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/window/view_actions.h"

#include <QAction>
#include <QMessageBox>

#include "core/base/version.h"
#include "ui/actions.h"
#include "ui/shortcuts_dialog.h"
#include "ui/value_text.h"

namespace kerf::ui {

ViewActions::ViewActions(Actions* actions, QWidget* window)
    : m_actions(actions)
    , m_window(window)
{
    connectTheme(actions->themeSystem, ThemeMode::System);
    connectTheme(actions->themeLight, ThemeMode::Light);
    connectTheme(actions->themeDark, ThemeMode::Dark);
    connect(actions->shortcuts, &QAction::triggered, this, &ViewActions::showShortcuts);
    connect(actions->about, &QAction::triggered, this, &ViewActions::showAbout);
}

void ViewActions::connectTheme(QAction* action, ThemeMode mode)
{
    action->setChecked(savedThemeMode() == mode);
    connect(action, &QAction::triggered, this, [mode] {
        saveThemeMode(mode);
        applyTheme(mode);
    });
}

void ViewActions::showShortcuts()
{
    (new ShortcutsDialog(*m_actions, m_window))->open();
}

void ViewActions::showAbout()
{
    auto* box = new QMessageBox(QMessageBox::NoIcon, tr("About Kerf"),
        tr("<h3>Kerf %1</h3><p>Revision %2</p><p>A workbench that quantizes neural networks and measures what was "
           "lost.</p><p>GPL-3.0-or-later</p>")
            .arg(toQt(core::versionText()), toQt(core::gitRevision())),
        QMessageBox::Close, m_window);
    box->setObjectName(QStringLiteral("aboutBox"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

} // namespace kerf::ui
