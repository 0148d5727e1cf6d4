// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/decide/decide_panel.h"

class QComboBox;
class QPushButton;
class QTableView;
class QToolButton;

namespace kerf::core {
struct Decision;
struct GateFinding;
struct JudgedRun;
} // namespace kerf::core

namespace kerf::ui {

class Actions;
class DecisionDesk;
class TextTableModel;

/// Is it good enough: every run judged by what is required, with its flips and bounds.
class GatePanel : public DecidePanel {
    Q_OBJECT
public:
    GatePanel(DecisionDesk* desk, Actions* actions, QWidget* parent);

private:
    void showDecision();
    void showTable(const core::Decision& decision);
    void fillRequirements();
    void readRequirements();
    QString noteText(const core::Decision& decision) const;
    void choose(const QModelIndex& at);

    DecisionDesk* m_desk;
    TextTableModel* m_model;
    QTableView* m_view;
    QComboBox* m_required;
    QLabel *m_problem, *m_note;
    QToolButton *m_ask, *m_score, *m_evaluate; ///< what measures the selected run
    QPushButton* m_cheapest;
};

/// "✓ accepted", "? + 1,600 items", "✗ rejected"
QString gateVerdictText(const core::GateFinding& finding);

} // namespace kerf::ui
