// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>

#include <QAbstractScrollArea>
#include <QTimer>

#include "ui/text/shown_text.h"
#include "ui/text/token_layout.h"

namespace kerf::ui {

class TokenCard;

/// The tokens of one window as text: background by KLD, underlined where the most probable token changed. Only what is
/// in view is painted. Hovering a token, or Space on the current one, shows its card. Keys: left and right by token, up
/// and down by line, Home and End; those that go through windows and worst tokens are the page's.
class TokenCanvas : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit TokenCanvas(QWidget* parent = nullptr);

    /// Null shows nothing.
    void setText(const ShownTextPtr& text, int window);
    /// Tokens of other classes lose their colour.
    void setFilter(std::optional<core::TokenClass> kind);
    /// Marks a token and brings it into view. -1 = none.
    void setCurrent(int token);
    int current() const { return m_current; }
    bool isCardShown() const;
    QRect tokenRect(int token) const; ///< in the viewport
    QString cardText() const; ///< of the current token, as a screen reader has it
    const TokenLayout& layoutOfTokens() const { return m_layout; }

signals:
    void currentChanged(int token);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;

private:
    void measure();
    void wrap();
    void choose(int token);
    void chooseAt(const QPointF& point);
    void showCard(int token);
    void hideCard();
    void announce();
    void paintPiece(QPainter& painter, const TokenLayout::Piece& piece) const;
    QPointF origin() const; ///< of the layout in the viewport
    bool isShownClass(int token) const;

    ShownTextPtr m_text;
    int m_window = 0;
    std::optional<core::TokenClass> m_filter;
    TokenLayout m_layout;
    int m_current = -1;
    int m_hover = -1;
    QTimer m_hoverTimer;
    TokenCard* m_card;
};

} // namespace kerf::ui
