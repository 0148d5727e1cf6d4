// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/window/view_actions.h"

#include <QAction>
#include <QApplication>
#include <QCursor>
#include <QDialog>
#include <QMessageBox>
#include <QUndoView>
#include <QVBoxLayout>

#include "core/base/version.h"
#include "ui/actions.h"
#include "ui/dialog_size.h"
#include "ui/help/manual_window.h"
#include "ui/palette/command_palette.h"
#include "ui/palette/command_source.h"
#include "ui/settings/preferences_dialog.h"
#include "ui/shortcuts_dialog.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {

ViewActions::ViewActions(Workbench* workbench, Actions* actions, QWidget* window)
    : m_workbench(workbench)
    , m_actions(actions)
    , m_window(window)
{
    connectTheme(actions->themeSystem, ThemeMode::System);
    connectTheme(actions->themeLight, ThemeMode::Light);
    connectTheme(actions->themeDark, ThemeMode::Dark);
    connect(actions->palette, &QAction::triggered, this, &ViewActions::showPalette);
    connect(actions->undoHistory, &QAction::triggered, this, &ViewActions::showHistory);
    connect(actions->preferences, &QAction::triggered, this, &ViewActions::showPreferences);
    connect(actions->manual, &QAction::triggered, this, &ViewActions::showManual);
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

/// The menu follows what was chosen in the preferences.
void ViewActions::checkTheme()
{
    const ThemeMode mode = savedThemeMode();
    m_actions->themeSystem->setChecked(mode == ThemeMode::System);
    m_actions->themeLight->setChecked(mode == ThemeMode::Light);
    m_actions->themeDark->setChecked(mode == ThemeMode::Dark);
}

void ViewActions::showPalette()
{
    (new CommandPalette(commandsOf(*m_actions, *m_workbench), m_window))->open();
}

void ViewActions::showHistory()
{
    auto* dialog = new QDialog(m_window);
    dialog->setObjectName(QStringLiteral("undoHistory"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Undo History"));
    auto* list = new QUndoView(m_workbench->undo(), dialog);
    list->setEmptyLabel(tr("As it was opened"));
    list->setAccessibleName(tr("Changes, the newest last"));
    auto* layout = new QVBoxLayout(dialog);
    layout->addWidget(list);
    dialog->resize(charactersWide(dialog, 50), 24 * dialog->fontMetrics().height());
    dialog->show(); // one can go on working beside it
}

void ViewActions::showPreferences()
{
    auto* dialog = new PreferencesDialog(m_workbench->jobs()->isRunning(), m_window);
    connect(dialog, &QDialog::accepted, this, &ViewActions::checkTheme);
    dialog->open();
}

void ViewActions::showManual()
{
    const QWidget* under = QApplication::widgetAt(QCursor::pos());
    const QWidget* about = under && under->window() == m_window ? under : QApplication::focusWidget();
    auto* manual = m_window->findChild<ManualWindow*>();
    if (!manual)
        manual = new ManualWindow(m_window);
    manual->showPage(ManualWindow::pageOf(about));
    manual->show();
    manual->raise();
    manual->activateWindow();
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
