// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QDialog>

#include "core/plan/mend.h"

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace kerf::ui {

class PlanDocument;

/// What the chosen loader cannot take of the plan, one line a problem, each with a button that mends it in one undoable
/// step. Follows the plan; all mended, it says so.
class ProblemsDialog : public QDialog {
    Q_OBJECT
public:
    explicit ProblemsDialog(PlanDocument* document, QWidget* parent = nullptr);

private:
    core::MendGoal goal() const;
    void refresh();
    void addProblem(std::size_t at);
    void mend(std::size_t at);
    void mendAll();

    PlanDocument* m_document;
    QLabel* m_heading;
    QWidget* m_list = nullptr;
    QVBoxLayout* m_lines = nullptr;
    QPushButton *m_all, *m_close;
};

} // namespace kerf::ui
