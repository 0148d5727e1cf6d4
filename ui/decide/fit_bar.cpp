// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/decide/fit_bar.h"

#include <QPainter>

#include "ui/theme.h"

namespace kerf::ui {

FitBar::FitBar(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("fitBar"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void FitBar::setParts(std::vector<Part> parts)
{
    m_parts = std::move(parts);
    QStringList texts;
    for (const Part& part : m_parts)
        texts << part.text;
    setToolTip(texts.join(u'\n'));
    setAccessibleName(texts.join(QStringLiteral(", ")));
    update();
}

QSize FitBar::sizeHint() const
{
    return { 40 * fontMetrics().averageCharWidth(), fontMetrics().height() + 8 };
}

void FitBar::paintEvent(QPaintEvent*)
{
    double all = 0;
    for (const Part& part : m_parts)
        all += part.bytes;
    if (all <= 0)
        return;
    QPainter painter(this);
    const ThemeColors& colors = themeColors(palette());
    double left = 0;
    for (const Part& part : m_parts) {
        const double width = part.bytes / all * (this->width() - 1);
        const QRectF room(left, 0, width, height() - 1);
        left += width;
        QColor ground = colors.panel;
        switch (part.kind) {
        case Kind::Weights:
            ground = colors.accent;
            break;
        case Kind::Reserved:
            ground = colors.dim;
            break;
        case Kind::Cache:
            ground = colors.accentSoft;
            break;
        case Kind::Lacking:
            ground = colors.errorSoft;
            break;
        case Kind::Left:
            break;
        }
        painter.fillRect(room, ground);
        painter.setPen(colors.line);
        painter.drawRect(room);
        const bool isStrong = part.kind == Kind::Weights || part.kind == Kind::Reserved;
        painter.setPen(isStrong ? colors.panel : colors.text);
        if (fontMetrics().horizontalAdvance(part.text) + 8 <= width)
            painter.drawText(room, Qt::AlignCenter, part.text);
    }
}

} // namespace kerf::ui
