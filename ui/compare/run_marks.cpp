// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/compare/run_marks.h"

#include <array>

#include <QPixmap>

#include "ui/theme.h"

namespace kerf::ui {
namespace {

struct Mark {
    QCPScatterStyle::ScatterShape shape;
    Qt::PenStyle dash;
};
constexpr std::array<Mark, 8> kMarks { {
    { QCPScatterStyle::ssDisc, Qt::DashLine },
    { QCPScatterStyle::ssTriangle, Qt::SolidLine },
    { QCPScatterStyle::ssDiamond, Qt::SolidLine },
    { QCPScatterStyle::ssSquare, Qt::DotLine },
    { QCPScatterStyle::ssTriangleInverted, Qt::DashDotLine },
    { QCPScatterStyle::ssPlusCircle, Qt::DashLine },
    { QCPScatterStyle::ssCrossSquare, Qt::DotLine },
    { QCPScatterStyle::ssStar, Qt::DashDotDotLine },
} };

const Mark& markAt(int place)
{
    return kMarks[static_cast<std::size_t>(place) % kMarks.size()];
}

} // namespace

QString runLetter(int place)
{
    return QString(QChar(u'A' + place));
}

QColor runColor(int place, const QPalette& palette)
{
    return seriesColor(place, palette);
}

QCPScatterStyle runMarker(int place, const QPalette& palette, double size)
{
    const QColor color = runColor(place, palette);
    // Triangles and lines have less to see than discs of the same size.
    const bool isThin = markAt(place).shape == QCPScatterStyle::ssStar;
    return { markAt(place).shape, QPen(color, isThin ? 1.6 : 1), QBrush(color), size };
}

Qt::PenStyle runDash(int place)
{
    return markAt(place).dash;
}

QIcon runIcon(int place, const QPalette& palette, int size)
{
    constexpr int kScale = 3; // sharp on any screen
    QPixmap picture(size * kScale, size * kScale);
    picture.fill(Qt::transparent);
    QCPPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(kScale, kScale);
    const QCPScatterStyle marker = runMarker(place, palette, size * 0.62);
    marker.applyTo(&painter, QPen(runColor(place, palette)));
    marker.drawShape(&painter, size / 2.0, size / 2.0);
    painter.end();
    picture.setDevicePixelRatio(kScale);
    return QIcon(picture);
}

} // namespace kerf::ui
