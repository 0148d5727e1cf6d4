// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

class QScrollArea;
class QString;
class QTabWidget;
class QWidget;

namespace kerf::ui {

/// Tabs that are the title of a panel: no title is cut, where there is little room arrows go through them. `name` is
/// what a screen reader calls them.
QTabWidget* makePanelTabs(const QString& name, QWidget* parent);

/// A page that scrolls where there is less room than it needs: a small screen, a large font.
QScrollArea* scrolled(QWidget* page, QWidget* parent);

} // namespace kerf::ui
