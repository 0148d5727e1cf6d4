// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/formats/bit_boxes.h"

#include <algorithm>

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include "ui/formats/number_words.h"
#include "ui/theme.h"

namespace kerf::ui {
namespace {

constexpr int kGap = 4;
constexpr int kTint = 66; ///< of 255

QColor fieldColor(const ThemeColors& colors, core::BitField::Kind kind)
{
    using Kind = core::BitField::Kind;
    QColor color = kind == Kind::Sign ? colors.dim : kind == Kind::Exponent ? colors.accent : colors.warning;
    if (kind == Kind::Level)
        color = colors.good;
    color.setAlpha(kTint);
    return color;
}

} // namespace

BitBoxes::BitBoxes(QWidget* parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setCursor(Qt::PointingHandCursor);
}

void BitBoxes::setBits(std::vector<core::BitField> fields, std::uint32_t code)
{
    m_fields = std::move(fields);
    m_code = code;
    m_current = std::clamp(m_current, 0, std::max(0, bitCount() - 1));
    updateGeometry();
    describe();
    update();
}

int BitBoxes::bitCount() const
{
    int bits = 0;
    for (const core::BitField& field : m_fields)
        bits += field.bits;
    return bits;
}

int BitBoxes::perRow() const
{
    const int count = std::max(1, bitCount());
    const int least = fontMetrics().averageCharWidth() * 2 + kGap;
    return count > 16 && width() < count * least ? 16 : count;
}

int BitBoxes::boxWidth() const
{
    const int most = fontMetrics().height() * 2;
    return std::clamp(width() / perRow() - kGap, fontMetrics().averageCharWidth() + 4, most);
}

int BitBoxes::rowHeight() const
{
    return fontMetrics().height() * 7 / 2 + kGap;
}

QSize BitBoxes::sizeHint() const
{
    const int rows = (bitCount() + perRow() - 1) / std::max(1, perRow());
    return { std::min(bitCount(), 16) * (fontMetrics().height() * 2 + kGap), std::max(1, rows) * rowHeight() };
}

QSize BitBoxes::minimumSizeHint() const
{
    return { std::min(bitCount(), 16) * (fontMetrics().averageCharWidth() + 4 + kGap), sizeHint().height() };
}

QRect BitBoxes::boxOf(int bit) const
{
    const int at = bitCount() - 1 - bit, row = at / perRow(), column = at % perRow();
    return { column * (boxWidth() + kGap) + 1, row * rowHeight() + 1, boxWidth(), fontMetrics().height() * 2 };
}

int BitBoxes::bitAt(const QPoint& at) const
{
    for (int bit = 0; bit < bitCount(); ++bit)
        if (boxOf(bit).contains(at))
            return bit;
    return -1;
}

const core::BitField& BitBoxes::fieldOf(int bit) const
{
    int left = bitCount() - bit; // bits from the top down to this one
    for (const core::BitField& field : m_fields) {
        left -= field.bits;
        if (left <= 0)
            return field;
    }
    return m_fields.back();
}

void BitBoxes::paintBox(QPainter& painter, int bit) const
{
    const ThemeColors& colors = themeColors(palette());
    const QRectF box = QRectF(boxOf(bit)).adjusted(0.5, 0.5, -0.5, -0.5);
    const bool isCurrent = hasFocus() && bit == m_current;
    painter.setPen(QPen(isCurrent ? colors.accent : colors.line, isCurrent ? 2 : 1));
    painter.setBrush(fieldColor(colors, fieldOf(bit).kind));
    painter.drawRoundedRect(box, 3, 3);
    painter.setPen(colors.text);
    painter.drawText(box, Qt::AlignCenter, (m_code >> bit) & 1 ? QStringLiteral("1") : QStringLiteral("0"));
}

/// A field that goes over two rows is named under both.
void BitBoxes::paintFields(QPainter& painter) const
{
    painter.setPen(themeColors(palette()).dim);
    int high = bitCount() - 1;
    for (const core::BitField& field : m_fields) {
        const int low = high - field.bits + 1;
        const std::uint32_t mask = field.bits >= 32 ? ~std::uint32_t { 0 } : (std::uint32_t { 1 } << field.bits) - 1;
        const QString number = QString::number((m_code >> low) & mask);
        const QString name = field.bits == 1 ? fieldText(field) : tr("%1 %2").arg(fieldText(field), number);
        for (int first = high; first >= low;) {
            const int inRow = perRow() - (bitCount() - 1 - first) % perRow();
            const int last = std::max(low, first - inRow + 1);
            QRect under = boxOf(first).united(boxOf(last));
            under.moveTop(under.bottom() + 2);
            const int wanted = painter.fontMetrics().horizontalAdvance(name);
            if (under.width() < wanted && field.bits == 1)
                under.setWidth(std::max(under.width(), wanted));
            under.setHeight(fontMetrics().height() + 2);
            const QString fits = under.width() >= wanted ? name : number;
            painter.drawText(under, (field.bits == 1 ? Qt::AlignLeft : Qt::AlignHCenter) | Qt::AlignTop, fits);
            first = last - 1;
        }
        high = low - 1;
    }
}

void BitBoxes::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_fields.empty())
        return;
    paintFields(painter);
    QFont bold = font();
    bold.setBold(true);
    painter.setFont(bold);
    for (int bit = 0; bit < bitCount(); ++bit)
        paintBox(painter, bit);
}

void BitBoxes::mousePressEvent(QMouseEvent* event)
{
    const int bit = bitAt(event->pos());
    if (bit < 0 || event->button() != Qt::LeftButton)
        return;
    m_current = bit;
    emit flipped(bit);
    update();
}

void BitBoxes::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Left:
        m_current = std::min(m_current + 1, bitCount() - 1);
        break;
    case Qt::Key_Right:
        m_current = std::max(m_current - 1, 0);
        break;
    case Qt::Key_Space:
        emit flipped(m_current);
        break;
    case Qt::Key_Up:
    case Qt::Key_Down:
        emit stepWanted(event->key() == Qt::Key_Up);
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    describe();
    update();
}

bool BitBoxes::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) { // they are shortcuts of the window: here they are keys
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Space || key == Qt::Key_Up || key == Qt::Key_Down) {
            event->accept();
            return true;
        }
    }
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int bit = bitAt(help->pos());
        QToolTip::showText(help->globalPos(),
            bit < 0 ? QString() : tr("Bit %1, %2: click to flip it").arg(QString::number(bit), fieldText(fieldOf(bit))),
            this);
        return true;
    }
    return QWidget::event(event);
}

void BitBoxes::describe()
{
    if (m_fields.empty())
        return;
    setAccessibleDescription(
        tr("%1; bit %2 (%3) is %4")
            .arg(QString::number(m_code, 2).rightJustified(bitCount(), u'0'), QString::number(m_current),
                fieldText(fieldOf(m_current)), (m_code >> m_current) & 1 ? QStringLiteral("1") : QStringLiteral("0")));
}

} // namespace kerf::ui
