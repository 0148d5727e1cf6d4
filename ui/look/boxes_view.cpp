// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/look/boxes_view.h"

#include <QPainter>

#include "ui/theme.h"

namespace kerf::ui {
namespace {

constexpr QSize kUsual(360, 270);

} // namespace

BoxesView::BoxesView(Side side, QWidget* parent)
    : QWidget(parent)
    , m_side(side)
{
    setMinimumSize(kUsual / 2);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void BoxesView::setSample(const QImage& image, const core::LookedSample& sample)
{
    m_image = image;
    m_sample = sample;
    const Counts found = counts();
    const QStringList parts { tr("%n object(s) that both found", nullptr, found.both),
        tr("%n that only this one found", nullptr, found.own), tr("%n that it did not find", nullptr, found.missing) };
    setAccessibleDescription(parts.join(QStringLiteral(", ")));
    update();
}

QSize BoxesView::sizeHint() const
{
    return kUsual;
}

BoxesView::Counts BoxesView::counts() const
{
    Counts counts;
    for (const core::LookedBox& box : m_sample.boxes) {
        const auto& own = m_side == Side::Original ? box.original : box.run;
        const auto& other = m_side == Side::Original ? box.run : box.original;
        ++(own && other ? counts.both : own ? counts.own : counts.missing);
    }
    return counts;
}

void BoxesView::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    const ThemeColors& colors = themeColors(palette());
    painter.fillRect(rect(), colors.panel);
    if (m_image.isNull()) {
        painter.setPen(colors.dim);
        painter.drawText(
            rect(), int(Qt::AlignCenter) | Qt::TextWordWrap, tr("This sample is no picture that could be shown."));
        return;
    }
    painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    const QSizeF size = QSizeF(m_image.size()).scaled(QSizeF(rect().size()), Qt::KeepAspectRatio);
    const QRectF place(QPointF((width() - size.width()) / 2, (height() - size.height()) / 2), size);
    painter.drawImage(place, m_image);
    paintBoxes(painter, place);
}

void BoxesView::paintBoxes(QPainter& painter, const QRectF& place) const
{
    const double scale = place.width() / static_cast<double>(std::max<std::int64_t>(m_sample.picture.width, 1));
    for (const core::LookedBox& box : m_sample.boxes) {
        const auto& own = m_side == Side::Original ? box.original : box.run;
        const auto& other = m_side == Side::Original ? box.run : box.original;
        const core::Box& at = own ? own->box : other->box;
        const QRectF drawn(
            place.left() + at.x * scale, place.top() + at.y * scale, at.width * scale, at.height * scale);
        // On pictures of any colour: a dark line below the coloured one.
        painter.setPen(QPen(QColor(0, 0, 0, 160), own && !other ? 6 : 4));
        painter.drawRect(drawn);
        if (own)
            painter.setPen(QPen(other ? bothColor() : ownColor(), other ? 2 : 4));
        else
            painter.setPen(QPen(missingColor(), 2, Qt::DashLine));
        painter.drawRect(drawn);
    }
}

} // namespace kerf::ui
