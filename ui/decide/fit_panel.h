// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/decide/decide_panel.h"

class QTableView;

namespace kerf::core {
struct FitSide;
}

namespace kerf::ui {

class DecisionDesk;
class FitBar;
class FitGridModel;

/// Does it fit, and how fast: contexts by batches, where the memory goes, what would make it fit.
class FitPanel : public DecidePanel {
    Q_OBJECT
public:
    FitPanel(DecisionDesk* desk, QWidget* parent);

private:
    void showDecision();
    void showBar(const core::FitSide& side);
    QString noteText(const core::FitSide& side) const;
    QString save(const QString& file) const;
    void choose(const QModelIndex& at);

    DecisionDesk* m_desk;
    FitGridModel* m_model;
    QTableView* m_view;
    FitBar* m_bar;
    QLabel *m_caption, *m_note;
};

} // namespace kerf::ui
