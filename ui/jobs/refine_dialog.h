// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QDialog>

#include "core/jobs/refine_job.h"

class QLabel;
class QPushButton;
class QSpinBox;

namespace kerf::ui {

class AllowedFormats;
class Workbench;

/// Asks how long to search for a better plan by measuring changes of the one in hand, and starts it.
class RefineDialog : public QDialog {
    Q_OBJECT
public:
    /// Precondition: the workbench has a profile that predicts a divergence.
    explicit RefineDialog(Workbench* workbench, QWidget* parent = nullptr);
    void accept() override;

private:
    void update();
    /// Why the plan cannot be refined so; empty when it can.
    QString problem() const;

    Workbench* m_workbench;
    QSpinBox* m_steps;
    QSpinBox* m_windows;
    AllowedFormats* m_allowed;
    QLabel* m_problem;
    QPushButton* m_start;
};

} // namespace kerf::ui
