// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/window/panel_focus.h"

#include <algorithm>

#include <QAction>
#include <QApplication>
#include <QDockWidget>
#include <QTabBar>
#include <QWidget>

namespace kerf::ui {
namespace {

bool takesFocus(const QWidget* widget)
{
    return widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus)
        && !widget->focusProxy();
}

/// What a part shows comes before the tabs above it.
QWidget* firstIn(const QWidget* part)
{
    QWidget* tabs = nullptr;
    for (QWidget* each = part->nextInFocusChain(); each != part; each = each->nextInFocusChain()) {
        if (!part->isAncestorOf(each) || !takesFocus(each))
            continue;
        if (!qobject_cast<QTabBar*>(each))
            return each;
        tabs = tabs ? tabs : each;
    }
    return tabs;
}

} // namespace

PanelFocus::PanelFocus(std::vector<QWidget*> parts, QObject* parent)
    : QObject(parent)
{
    for (QWidget* part : parts)
        m_parts.push_back({ part, nullptr });
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) { follow(now); });
}

void PanelFocus::follow(QWidget* now)
{
    for (Part& part : m_parts)
        if (now && part.widget && part.widget->isAncestorOf(now))
            part.last = now;
}

bool PanelFocus::enter(Part& part)
{
    if (auto* dock = qobject_cast<QDockWidget*>(part.widget.data()); dock && dock->toggleViewAction()->isChecked())
        dock->raise();
    QWidget* target = part.last && takesFocus(part.last) ? part.last.data() : firstIn(part.widget);
    if (!target)
        return false;
    target->setFocus(Qt::ShortcutFocusReason);
    return true;
}

void PanelFocus::step(int by)
{
    const auto count = static_cast<int>(m_parts.size());
    const QWidget* focus = QApplication::focusWidget();
    const auto here
        = std::ranges::find_if(m_parts, [&](const Part& part) { return focus && part.widget->isAncestorOf(focus); });
    int at = here == m_parts.end() ? (by > 0 ? -1 : count) : static_cast<int>(here - m_parts.begin());
    for (int tried = 0; tried < count; ++tried) {
        at = (at + by + count) % count;
        if (enter(m_parts[static_cast<std::size_t>(at)]))
            return;
    }
}

} // namespace kerf::ui
