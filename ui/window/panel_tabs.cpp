// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/window/panel_tabs.h"

#include <QScrollArea>
#include <QTabBar>
#include <QTabWidget>

namespace kerf::ui {

QTabWidget* makePanelTabs(const QString& name, QWidget* parent)
{
    auto* tabs = new QTabWidget(parent);
    tabs->setObjectName(QStringLiteral("panelTabs"));
    tabs->setAccessibleName(name);
    tabs->tabBar()->setAccessibleName(name); // the focus is there
    tabs->tabBar()->setDrawBase(false);
    tabs->setUsesScrollButtons(true); // no title is cut: where there is no room for all, arrows go through them
    tabs->setElideMode(Qt::ElideNone);
    tabs->setAutoFillBackground(true);
    tabs->setBackgroundRole(QPalette::Base);
    return tabs;
}

QScrollArea* scrolled(QWidget* page, QWidget* parent)
{
    auto* area = new QScrollArea(parent);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(page);
    return area;
}

} // namespace kerf::ui
