// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QTimer>
#include <QWidget>

class QLabel;
class QSlider;

namespace kerf::ui {

/// A slider over bits per weight from 2 to 16, with marks. The scale is logarithmic: the low end is where plans differ.
class BudgetSlider : public QWidget {
    Q_OBJECT
public:
    explicit BudgetSlider(QWidget* parent = nullptr);

    /// Moves the handle without asking for a plan.
    void setBits(double bits);
    double bits() const;
    /// Says why it cannot be used; empty = it can.
    void setProblem(const QString& reason);
    QSlider* slider() const { return m_slider; }

signals:
    /// A user moved it: told once the events that wait are done with, however many moves they were. `drag` counts up
    /// with each new drag, so that one drag can be one undo step.
    void budgetChosen(double bits, int drag);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void updateText();

    QLabel* m_caption;
    QLabel* m_value;
    QSlider* m_slider;
    QString m_problem;
    QTimer m_soon;
    double m_chosen = 0; ///< bits, told soon
    int m_drag = 1;
};

} // namespace kerf::ui
