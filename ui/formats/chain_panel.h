// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QScrollArea>

#include "core/format/number_view.h"

class QFrame;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QToolButton;

namespace kerf::ui {

/// Numbers through formats, one after the other, each step with what it did. Steps are added, removed, reordered and
/// given other formats; what overflows is offered a scale.
class ChainPanel : public QScrollArea {
    Q_OBJECT
public:
    explicit ChainPanel(QWidget* parent = nullptr);

    QStringList formats() const; ///< names of the steps
    void setNumbers(const QString& text); ///< as typed: several are parted by spaces or semicolons
    /// What step `step` made of number `number`.
    const core::StoredNumber& stored(int number, int step) const;
    QString problem() const; ///< what is wrong with what was typed
    QString adviceText() const; ///< empty: nothing overflowed

public slots:
    void addStep();
    void removeStep(int step);
    void moveStep(int step, int by);
    void setFormat(int step, const QString& name);

protected:
    void changeEvent(QEvent* event) override;

private:
    void makeAdvice();
    void read(const QString& text);
    void rebuild(); ///< other steps or numbers
    void addHead(int step);
    void addCells(int number);
    QFrame* makeCell(int number, int step);
    void advise();
    void scaleStep();

    std::vector<core::NumberView> m_views; ///< the first is float32: what the engine computes in
    std::vector<double> m_numbers;
    std::vector<std::vector<core::StoredNumber>> m_stored; ///< [number][step]
    QLineEdit* m_field;
    QLabel* m_problem;
    QWidget* m_cells;
    QGridLayout* m_grid;
    QFrame* m_advice;
    QLabel* m_adviceText;
    QPushButton* m_scale;
    int m_overflowing = -1; ///< step that a scale would help
    double m_wantedScale = 1;
};

} // namespace kerf::ui
