// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>

#include <QWidget>

#include "ui/text/shown_text.h"

namespace kerf::ui {

/// What both models expected at a token: KLD, the five most probable tokens of each with their probabilities and what
/// is left to the others, and in a sentence what happened to the text's own token. A window of its own, like a tool
/// tip.
class TokenCard : public QWidget {
    Q_OBJECT
public:
    explicit TokenCard(QWidget* parent = nullptr);

    void setToken(const ShownTextPtr& text, int window, int token);
    /// Below the cell, or above where there is no room; inside the screen. Screen coordinates.
    void showBeside(const QRect& cell);
    QSize sizeHint() const override;

    /// The same in words, for screen readers and tests.
    static QString textOf(const ShownText& text, int window, int token);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Row {
        QString token, probability;
        double share = 0;
        bool isOwn = false; ///< the text's own token
    };
    void paintRows(QPainter& painter, std::size_t side, const QRectF& area) const;
    double rowHeight() const;

    QString m_title, m_place, m_value, m_sentence;
    std::array<std::vector<Row>, 2> m_rows; ///< original, run
    double m_largest = 1; ///< probability of all rows, whose bar is as long as there is room
};

} // namespace kerf::ui
