// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <vector>

#include <QWidget>

#include "core/format/number_type.h"

namespace kerf::ui {

/// The bits of a code as boxes, coloured by what they mean, with the names of their fields below. A click or Space
/// flips one, Left and Right move, Up and Down ask for the next value.
class BitBoxes : public QWidget {
    Q_OBJECT
public:
    explicit BitBoxes(QWidget* parent = nullptr);

    void setBits(std::vector<core::BitField> fields, std::uint32_t code);
    std::uint32_t code() const { return m_code; }
    int currentBit() const { return m_current; } ///< 0 is the lowest
    QRect boxOf(int bit) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void flipped(int bit);
    void stepWanted(bool up);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    int bitCount() const;
    int boxWidth() const;
    int perRow() const; ///< boxes beside each other: wide codes take two rows where there is no room
    int rowHeight() const;
    int bitAt(const QPoint& at) const; ///< -1: none
    const core::BitField& fieldOf(int bit) const;
    void paintFields(QPainter& painter) const;
    void paintBox(QPainter& painter, int bit) const;
    void describe();

    std::vector<core::BitField> m_fields;
    std::uint32_t m_code = 0;
    int m_current = 0;
};

} // namespace kerf::ui
