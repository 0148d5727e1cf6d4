// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/decide/decide_panel.h"

class QTableView;

namespace kerf::core {
struct CostSide;
}

namespace kerf::ui {

class DecisionDesk;
class TextTableModel;
class TornadoChart;

/// Does it pay: a month before and after, what it takes once, when it is even, what decides, and what else could be
/// done.
class CostPanel : public DecidePanel {
    Q_OBJECT
public:
    CostPanel(DecisionDesk* desk, QWidget* parent);

private:
    QTableView* makeTable(TextTableModel* model, const QString& name, const QString& what);
    void showDecision();
    void showSheet(const core::CostSide& side);
    void showInstead(const core::CostSide& side);
    QString money(double amount) const;

    DecisionDesk* m_desk;
    TextTableModel *m_sheet, *m_instead;
    TornadoChart* m_tornado;
};

/// "$1,204.50", "−€3": in the user's locale.
QString moneyText(double amount, const std::string& currency);

} // namespace kerf::ui
