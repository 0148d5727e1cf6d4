// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QAbstractButton>
#include <QApplication>
#include <QButtonGroup>
#include <QSet>
#include <QTest>
#include <QWidget>

namespace kerf::test {

/// Whether Tab may stop at a widget as it is now.
inline bool takesTab(const QWidget* widget)
{
    // Of buttons of which one is pressed, Tab comes to that one, and the arrow keys go on.
    const auto* button = qobject_cast<const QAbstractButton*>(widget);
    const bool isOther = button && button->group() && button->group()->exclusive() && !button->isChecked()
        && button->group()->checkedButton();
    return widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus) && !isOther
        && !widget->focusProxy();
}

/// Presses Tab (or Shift+Tab) from the widget in focus until it is in focus again. Returns what went wrong: a widget
/// that keeps the key, one that is never reached, a chain without end; "" when every one was reached once.
inline QString walkFocus(QWidget* window, Qt::KeyboardModifiers modifiers = {})
{
    const auto name = [](const QWidget* widget) {
        return QStringLiteral("%1 \"%2\" %3")
            .arg(widget->metaObject()->className(), widget->objectName(), widget->accessibleName());
    };
    QSet<QWidget*> missing;
    for (QWidget* widget : window->findChildren<QWidget*>())
        if (takesTab(widget) && widget->window() == window)
            missing.insert(widget);
    if (missing.isEmpty())
        return QStringLiteral("nothing takes the focus");
    QWidget* start = QApplication::focusWidget();
    if (!start || start->window() != window)
        return QStringLiteral("the focus is not in the window but in ")
            + (start ? name(start) : QStringLiteral("none"));
    if (missing.size() == 1 && missing.contains(start))
        return {}; // there is nowhere else to go
    const qsizetype most = 2 * missing.size() + 4;
    QWidget* at = start;
    for (qsizetype steps = 0; steps < most; ++steps) {
        missing.remove(at);
        QWidget* next = at;
        for (int presses = 0; presses < 3 && next == at; ++presses) { // a text with links stops at each of them
            QTest::keyClick(at, modifiers & Qt::ShiftModifier ? Qt::Key_Backtab : Qt::Key_Tab, modifiers);
            next = QApplication::focusWidget();
        }
        if (!next || next == at)
            return QStringLiteral("Tab does not leave %1").arg(name(at));
        at = next;
        if (at == start) {
            QStringList left;
            for (const QWidget* widget : missing)
                left << name(widget);
            return left.isEmpty() ? QString() : QStringLiteral("Tab never comes to ") + left.join(QStringLiteral("; "));
        }
    }
    return QStringLiteral("Tab does not come back to %1").arg(name(start));
}

} // namespace kerf::test
