// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QLabel>

class QMenuBar;

namespace kerf::ui {

class Workbench;

/// Says beside the menus which model is open, as much of it as there is room for; the tool tip has all, with the
/// model's notes. Follows the workbench.
class ModelCaption : public QLabel {
    Q_OBJECT
public:
    /// Becomes the corner of the bar, which must have its menus.
    ModelCaption(const Workbench* workbench, QMenuBar* bar);

    void fit(); ///< anew to the width of the bar

private:
    void describe();
    QString summary() const;
    QString allText() const;

    const Workbench* m_workbench;
    QMenuBar* m_bar;
    QString m_summary; ///< whole
};

} // namespace kerf::ui
