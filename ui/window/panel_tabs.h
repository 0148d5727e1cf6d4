// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

class QTabWidget;
class QWidget;

namespace kerf::ui {

/// Tabs that are the title of a panel: where there is little room, their titles are cut, not hidden.
QTabWidget* makePanelTabs(QWidget* parent);

} // namespace kerf::ui
