// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>

#include <QAction>
#include <QCoreApplication>
#include <QSettings>
#include <QStandardPaths>
#include <QTest>

#include "ui/actions.h"
#include "ui/jobs/job_center.h"
#include "ui/main_window.h"
#include "ui/theme.h"
#include "ui/workbench.h"

namespace kerf::test {

inline constexpr int kJobTimeout = 240'000; ///< milliseconds; a loaded machine: the work itself takes seconds

/// A test that drives one real window.
class WindowDriver : public QObject {
protected:
    /// Settings and data folders of a test, not the user's; empty.
    static void useOwnSettings(const char* application)
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName("kerf-test");
        QCoreApplication::setApplicationName(application);
        QSettings().clear();
    }
    bool showWindow()
    {
        ui::applyTheme(ui::ThemeMode::Light);
        m_window = std::make_unique<ui::MainWindow>();
        m_window->resize(1440, 900);
        m_window->show();
        return QTest::qWaitForWindowExposed(m_window.get()) && activate();
    }
    ui::Workbench* workbench() { return m_window->workbench(); }
    /// Keys go to the active window, as they would from a keyboard.
    bool activate()
    {
        m_window->activateWindow();
        return QTest::qWaitForWindowActive(m_window.get());
    }
    bool idle()
    {
        return QTest::qWaitFor([this] { return !workbench()->jobs()->isRunning(); }, kJobTimeout);
    }
    /// Triggers the action whose text begins so, as a menu would: only when it is enabled.
    void trigger(const QString& text)
    {
        for (QAction* action : m_window->actions()->findChildren<QAction*>()) {
            if (QString(action->text()).remove(u'&').startsWith(text)) {
                QVERIFY2(action->isEnabled(), qPrintable(text));
                action->trigger();
                return;
            }
        }
        QFAIL(qPrintable(text));
    }

    std::unique_ptr<ui::MainWindow> m_window;
};

} // namespace kerf::test
