// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>

#include <QWidget>

#include "core/evaluate/speed_table.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QToolButton;

namespace kerf::ui {

class BudgetSlider;
class PlanDocument;

/// The row under the menu: the main buttons, the budget slider, and what follows from the plan in hand.
class PlanBar : public QWidget {
    Q_OBJECT
public:
    PlanBar(PlanDocument* document, const QList<QAction*>& buttons, QMenu* exportMenu, QWidget* parent = nullptr);

    BudgetSlider* budget() const { return m_budget; }
    /// Decode speed by the table of kernel times; nothing where the plan's formats were not timed.
    void setSpeed(const std::optional<core::SpeedFigure>& speed);

signals:
    void problemsRequested(); ///< the loader's problems were clicked

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Tile {
        QWidget* box;
        QLabel* value;
        QLabel* note;
    };
    Tile addTile(const QString& title, const QString& toolTip);
    void updateTiles();
    void updateLoader();

    PlanDocument* m_document;
    BudgetSlider* m_budget;
    Tile m_size, m_bits, m_kld, m_speed;
    QComboBox* m_loader;
    QToolButton* m_check = nullptr;
    QLineEdit* m_name;
    QLabel* m_edits;
};

} // namespace kerf::ui
