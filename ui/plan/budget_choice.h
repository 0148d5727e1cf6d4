// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <optional>

#include <QWidget>

#include "core/solve/solver.h"

class QDoubleSpinBox;
class QGridLayout;
class QLabel;
class QPushButton;
class QRadioButton;

namespace kerf::ui {

class CacheLengths;
class Workbench;

/// One of the solver's four budgets, or the loss that a plan may have, with its value, first that of the plan in hand.
/// For a speed the formats are timed on this machine from here.
class BudgetChoice : public QWidget {
    Q_OBJECT
public:
    enum Kind { Bits, Size, Memory, Speed, Loss, KindCount };

    explicit BudgetChoice(Workbench* workbench, QWidget* parent = nullptr);

    Kind kind() const;
    /// Sets the one budget of the options; their times point into this widget.
    void apply(core::SolveOptions& options) const;
    /// What must be done before there is a budget; empty when there is one.
    QString missing() const;
    /// The budget in a plan's name, "4.25" or "3.1 GB of memory", in the C locale.
    QString name() const;
    /// The budget for the undo stack, "4.25 Bits per Weight".
    QString title() const;
    /// What the budget is about beyond size and divergence of a plan: memory with the cache, or tokens a second.
    QString outlook(const core::Plan& plan) const;

signals:
    void changed();

private:
    struct Row {
        QRadioButton* choice;
        QDoubleSpinBox* value;
    };
    void addRow(Kind kind, const QString& title, const QString& name, const QString& tip);
    void addTiming();
    void begin();
    void readTimes();
    void update();
    void showTiming();
    QString timedText() const;
    double unit() const;
    std::int64_t bytes(Kind kind) const;

    Workbench* m_workbench;
    std::array<Row, KindCount> m_rows {};
    QGridLayout* m_grid;
    CacheLengths* m_lengths = nullptr;
    QPushButton* m_time = nullptr;
    QLabel* m_timing = nullptr;
    std::optional<core::DecodeTimes> m_times;
    bool m_hasSpeed = false; ///< the wanted speed began at that of the plan in hand, or was typed
};

} // namespace kerf::ui
