// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QWidget>

class QFormLayout;
class QGridLayout;
class QLabel;
class QLineEdit;

namespace kerf::ui {

class BitBoxes;
class NumberBench;

/// One number in one format: its bits and its scale's to flip, what is stored, its neighbours and error, and what the
/// format can hold.
class ValuePanel : public QWidget {
    Q_OBJECT
public:
    explicit ValuePanel(NumberBench* bench, QWidget* parent = nullptr);

    BitBoxes* bits() const { return m_bits; }
    BitBoxes* scaleBits() const { return m_scaleBits; }
    QLineEdit* valueField() const { return m_value; }
    QString problem() const; ///< what is wrong with what was typed; empty when nothing is
    QString storedText() const;
    void setNarrow(bool narrow); ///< facts below the bits, not beside them

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* makeHead();
    QWidget* makeEntry();
    QWidget* makeScale();
    QWidget* makeStored();
    QWidget* makeFacts();
    void take(QLineEdit* field, const QString& problem);
    void update();
    void showStored();
    void showScale();
    void showFacts();
    void copy();
    void paste();

    NumberBench* m_bench;
    QGridLayout* m_grid;
    QLabel *m_title, *m_layout, *m_rounding;
    QLineEdit *m_value, *m_code, *m_scale, *m_zero;
    QLabel *m_zeroName, *m_scaleNote, *m_problem;
    BitBoxes *m_bits, *m_scaleBits;
    QLabel *m_stored, *m_neighbours, *m_error, *m_fate;
    QFormLayout* m_facts;
    QWidget *m_left, *m_scalePart, *m_middle, *m_right;
};

} // namespace kerf::ui
