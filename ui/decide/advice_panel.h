// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/decide/decide_panel.h"

class QPushButton;
class QTableView;

namespace kerf::core {
struct Advice;
}

namespace kerf::ui {

class Actions;
class DecisionDesk;
class TextTableModel;

/// Which format: those that the machine can run, ranked, those that it should not, why, and what would change it.
class AdvicePanel : public DecidePanel {
    Q_OBJECT
public:
    AdvicePanel(DecisionDesk* desk, Actions* actions, QWidget* parent);

private:
    void showDecision();
    void showTable(const core::Advice& advice);
    QString reasonsText(const core::Advice& advice) const;
    QString chosenFormat() const; ///< of the current row, else the first; empty: it is none to use

    DecisionDesk* m_desk;
    TextTableModel* m_model;
    QTableView* m_view;
    QLabel* m_reasons;
    QPushButton* m_use;
};

} // namespace kerf::ui
