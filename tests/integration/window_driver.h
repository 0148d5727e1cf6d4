// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>

#include <QAction>
#include <QTest>

#include "tests/support/own_settings.h"
#include "ui/actions.h"
#include "ui/jobs/job_center.h"
#include "ui/main_window.h"
#include "ui/theme.h"
#include "ui/workbench.h"

namespace kerf::test {

inline constexpr int kJobTimeout = 140'000; ///< milliseconds; a loaded machine: the work itself takes seconds. A QTRY
/// waits twice as long before it says what it waited for, and QTest ends a function after 300 s.

/// A test that drives one real window.
class WindowDriver : public QObject {
protected:
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
