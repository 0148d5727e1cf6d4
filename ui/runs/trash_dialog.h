// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QDialog>

#include "core/workspace/workspace.h"

class QLabel;
class QPushButton;
class QTableWidget;

namespace kerf::ui {

class Workbench;

/// The runs of the open model that were deleted: taken back, or removed for good with the quantized layers that no
/// other run has.
class TrashDialog : public QDialog {
    Q_OBJECT
public:
    explicit TrashDialog(Workbench* workbench, QWidget* parent = nullptr);

private:
    void fill();
    void update();
    void restore();
    void remove(std::optional<core::RowId> run); ///< nothing: all; asks first
    core::RowId chosen() const; ///< 0 = none

    Workbench* m_workbench;
    QLabel* m_text;
    QTableWidget* m_table;
    QPushButton *m_restore, *m_remove, *m_empty;
};

} // namespace kerf::ui
