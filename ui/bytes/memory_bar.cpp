// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/bytes/memory_bar.h"

#include <QPainter>

#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {

MemoryBar::MemoryBar(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize MemoryBar::sizeHint() const
{
    return { 20 * fontMetrics().averageCharWidth(), fontMetrics().height() + 6 };
}

void MemoryBar::setBytes(std::int64_t weights, std::int64_t cache)
{
    m_weights = weights;
    m_cache = cache;
    const QString all = tr("Weights %1, key/value cache %2").arg(bytesText(weights), bytesText(cache));
    setToolTip(all);
    setAccessibleName(all);
    update();
}

void MemoryBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const ThemeColors& colors = themeColors(palette());
    const auto total = static_cast<double>(m_weights + m_cache);
    if (!(total > 0))
        return;
    const int split = static_cast<int>(width() * (static_cast<double>(m_weights) / total));
    QColor fill = colors.accent;
    fill.setAlphaF(0.5f);
    const QRect weights(0, 0, split, height()), cache(split, 0, width() - split, height());
    painter.fillRect(weights, fill);
    painter.setPen(colors.accent);
    painter.drawRect(cache.adjusted(0, 0, -1, -1));
    painter.setPen(colors.text);
    const auto label = [&](const QRect& room, const QString& name, std::int64_t bytes) {
        const QRect inside = room.adjusted(5, 0, -5, 0);
        const QString whole = tr("%1 %2").arg(name, bytesText(bytes));
        for (const QString& text : { whole, bytesText(bytes) }) // neither is cut: below the bar stand both together
            if (fontMetrics().horizontalAdvance(text) <= inside.width())
                return painter.drawText(inside, Qt::AlignLeft | Qt::AlignVCenter, text);
    };
    label(weights, tr("weights"), m_weights);
    label(cache, tr("cache"), m_cache);
}

} // namespace kerf::ui
