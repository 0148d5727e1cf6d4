// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/text/token_canvas.h"

#include <algorithm>
#include <cmath>

#include <QAccessible>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>

#include "ui/heatmap/color_scale.h"
#include "ui/text/token_card.h"
#include "ui/text/token_color.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr int kMargin = 14; ///< pixels round the text
constexpr int kHoverDelay = 300; ///< milliseconds

} // namespace

TokenCanvas::TokenCanvas(QWidget* parent)
    : QAbstractScrollArea(parent)
    , m_card(new TokenCard(this))
{
    setObjectName(QStringLiteral("tokenCanvas"));
    setAccessibleName(tr("Text coloured by divergence"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setMouseTracking(true);
    viewport()->setAutoFillBackground(false);
    m_hoverTimer.setSingleShot(true);
    m_hoverTimer.setInterval(kHoverDelay);
    connect(&m_hoverTimer, &QTimer::timeout, this, [this] { showCard(m_hover); });
}

void TokenCanvas::setText(const ShownTextPtr& text, int window)
{
    hideCard();
    m_text = text;
    m_window = window;
    m_current = m_hover = -1;
    verticalScrollBar()->setValue(0);
    measure();
    announce();
}

void TokenCanvas::setFilter(std::optional<core::TokenClass> kind)
{
    m_filter = kind;
    viewport()->update();
}

void TokenCanvas::measure()
{
    QStringList texts;
    for (int token = 0; m_text && token < m_text->windowLength(); ++token)
        texts << toQt(m_text->text.texts[m_text->place(m_window, token)]);
    m_layout.setTexts(texts, QFontMetricsF(font(), this));
    wrap();
}

void TokenCanvas::wrap()
{
    m_layout.wrap(std::max(viewport()->width() - 2 * kMargin, 1));
    const int height = static_cast<int>(std::ceil(m_layout.height())) + 2 * kMargin;
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(static_cast<int>(m_layout.lineHeight()));
    verticalScrollBar()->setRange(0, std::max(0, height - viewport()->height()));
    viewport()->update();
}

QPointF TokenCanvas::origin() const
{
    return { kMargin, static_cast<double>(kMargin - verticalScrollBar()->value()) };
}

QRect TokenCanvas::tokenRect(int token) const
{
    return m_layout.rectOf(token).translated(origin()).toAlignedRect();
}

bool TokenCanvas::isShownClass(int token) const
{
    return !m_filter || m_text->text.classes[m_text->place(m_window, token)] == *m_filter;
}

// ---- painting

void TokenCanvas::paintEvent(QPaintEvent* event)
{
    const ThemeColors& colors = themeColors(palette());
    QPainter painter(viewport());
    painter.fillRect(event->rect(), colors.panel);
    if (!m_text)
        return;
    painter.setFont(font());
    const double top = event->rect().top() - origin().y(), bottom = event->rect().bottom() - origin().y();
    const auto lineAt = [this](double y) { return static_cast<int>(std::floor(y / m_layout.lineHeight())); };
    const auto [begin, end]
        = m_layout.piecesOf(std::max(lineAt(top), 0), std::min(lineAt(bottom), m_layout.lineCount() - 1));
    for (std::size_t i = begin; i < end; ++i)
        paintPiece(painter, m_layout.pieces()[i]);
}

void TokenCanvas::paintPiece(QPainter& painter, const TokenLayout::Piece& piece) const
{
    const ThemeColors& colors = themeColors(palette());
    const QRectF cell = m_layout.rectOf(piece).translated(origin());
    const auto scored = m_text->scored(m_window, piece.token);
    QColor background = colors.panel;
    if (scored && isShownClass(piece.token)) {
        background = tokenColor(m_text->text.scores.kld[*scored], m_text->legendEnd, colors);
        painter.fillRect(cell, background);
        if (m_text->text.scores.sameTop1[*scored] == 0)
            painter.fillRect(QRectF(cell.left(), cell.bottom(), cell.width(), 2), colors.error);
    }
    const bool isDim = !scored || !isShownClass(piece.token);
    painter.setPen(isDim ? colors.dim : textColorOn(background));
    painter.drawText(cell, Qt::AlignVCenter | Qt::TextSingleLine | Qt::TextDontClip, piece.text);
    if (piece.text.isEmpty()) { // white space, or a part of a character
        painter.setPen(colors.line);
        painter.drawRect(cell.adjusted(0.5, 2.5, -0.5, -2.5));
    }
    if (piece.token == m_current || piece.token == m_hover) {
        painter.setPen(QPen(colors.accent, piece.token == m_current ? 2 : 1));
        painter.drawRect(cell.adjusted(-1, -1, 1, 1));
    }
}

void TokenCanvas::resizeEvent(QResizeEvent*)
{
    wrap();
}

void TokenCanvas::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        measure();
    viewport()->update();
}

void TokenCanvas::scrollContentsBy(int, int)
{
    hideCard();
    viewport()->update();
}

// ---- the current token

void TokenCanvas::setCurrent(int token)
{
    m_current = m_text && token >= 0 && token < m_text->windowLength() ? token : -1;
    if (m_current >= 0) {
        const QRectF cell = m_layout.rectOf(m_current);
        const int top = static_cast<int>(cell.top()), bottom = static_cast<int>(cell.bottom()) + 2 * kMargin;
        QScrollBar* bar = verticalScrollBar();
        if (top < bar->value())
            bar->setValue(top);
        else if (bottom > bar->value() + viewport()->height())
            bar->setValue(bottom - viewport()->height());
    }
    viewport()->update();
    announce();
}

void TokenCanvas::choose(int token)
{
    if (!m_text)
        return;
    hideCard();
    setCurrent(std::clamp(token, 0, m_text->windowLength() - 1));
    emit currentChanged(m_current);
}

void TokenCanvas::chooseAt(const QPointF& point)
{
    const int line = std::clamp(static_cast<int>(point.y() / m_layout.lineHeight()), 0, m_layout.lineCount() - 1);
    const auto [begin, end] = m_layout.piecesOf(line, line);
    const auto distance
        = [&](std::size_t i) { return std::abs(m_layout.rectOf(m_layout.pieces()[i]).center().x() - point.x()); };
    std::size_t nearest = begin;
    for (std::size_t i = begin; i < end; ++i)
        nearest = distance(i) < distance(nearest) ? i : nearest;
    if (begin < end)
        choose(m_layout.pieces()[nearest].token);
}

void TokenCanvas::keyPressEvent(QKeyEvent* event)
{
    const QPointF centre = m_current >= 0 ? m_layout.rectOf(m_current).center() : QPointF();
    switch (m_text ? event->key() : 0) {
    case Qt::Key_Left:
        return choose(m_current - 1);
    case Qt::Key_Right:
        return choose(m_current + 1);
    case Qt::Key_Up:
        return chooseAt(centre - QPointF(0, m_layout.lineHeight()));
    case Qt::Key_Down:
        return chooseAt(centre + QPointF(0, m_current >= 0 ? m_layout.lineHeight() : 0));
    case Qt::Key_Home:
        return choose(0);
    case Qt::Key_End:
        return choose(m_text->windowLength() - 1);
    case Qt::Key_Space:
        return isCardShown() ? hideCard() : showCard(m_current);
    case Qt::Key_Escape:
        if (isCardShown())
            return hideCard();
        break;
    default:
        break;
    }
    event->ignore(); // the page takes the rest; the area's own page keys would scroll
}

void TokenCanvas::mousePressEvent(QMouseEvent* event)
{
    const int token = m_layout.tokenAt(event->position() - origin());
    if (event->button() != Qt::LeftButton || token < 0)
        return;
    choose(token);
    showCard(token);
}

void TokenCanvas::mouseMoveEvent(QMouseEvent* event)
{
    const int token = m_text ? m_layout.tokenAt(event->position() - origin()) : -1;
    if (token == m_hover)
        return;
    m_hover = token;
    hideCard();
    if (token >= 0)
        m_hoverTimer.start();
    viewport()->update();
}

void TokenCanvas::leaveEvent(QEvent*)
{
    m_hover = -1;
    hideCard();
    viewport()->update();
}

void TokenCanvas::focusOutEvent(QFocusEvent* event)
{
    hideCard();
    QAbstractScrollArea::focusOutEvent(event);
}

// ---- the card

bool TokenCanvas::isCardShown() const
{
    return m_card->isVisible();
}

void TokenCanvas::showCard(int token)
{
    if (!m_text || token < 0)
        return;
    m_card->setToken(m_text, m_window, token);
    m_card->showBeside(QRect(viewport()->mapToGlobal(tokenRect(token).topLeft()), tokenRect(token).size()));
}

void TokenCanvas::hideCard()
{
    m_hoverTimer.stop();
    m_card->hide();
}

QString TokenCanvas::cardText() const
{
    return m_text && m_current >= 0 ? TokenCard::textOf(*m_text, m_window, m_current) : QString();
}

void TokenCanvas::announce()
{
    setAccessibleDescription(m_text && m_current < 0 ? m_text->textOf(m_window) : cardText());
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

} // namespace kerf::ui
