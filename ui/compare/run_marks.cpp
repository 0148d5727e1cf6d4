// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/compare/run_marks.h"

#include <array>

#include <QPixmap>

#include "ui/theme.h"

namespace kerf::ui {
namespace {

struct Mark {
    QRgb light, dark;
    QCPScatterStyle::ScatterShape shape;
    Qt::PenStyle dash;
};
constexpr std::array<Mark, 8> kMarks { {
    { 0xff5f6672, 0xffaab2c0, QCPScatterStyle::ssDisc, Qt::DashLine },
    { 0xff9b5001, 0xffff9932, QCPScatterStyle::ssTriangle, Qt::SolidLine },
    { 0xff2f6fdf, 0xff6ea2ff, QCPScatterStyle::ssDiamond, Qt::SolidLine },
    { 0xff007449, 0xff23d79e, QCPScatterStyle::ssSquare, Qt::DotLine },
    { 0xff6f2a77, 0xffa965b0, QCPScatterStyle::ssTriangleInverted, Qt::DashDotLine },
    { 0xff10a3ad, 0xffb7ffff, QCPScatterStyle::ssPlusCircle, Qt::DashLine },
    { 0xffba8c12, 0xfff9ff6f, QCPScatterStyle::ssCrossSquare, Qt::DotLine },
    { 0xff890b14, 0xffebb96e, QCPScatterStyle::ssStar, Qt::DashDotDotLine },
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
    return QColor(themeColors(palette).dark ? markAt(place).dark : markAt(place).light);
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

void putLegendAbove(QCustomPlot* plot)
{
    plot->plotLayout()->insertRow(0);
    plot->plotLayout()->addElement(0, 0, plot->legend); // leaves its place inside the axes
    plot->plotLayout()->setRowStretchFactor(0, 0.001);
    plot->legend->setFillOrder(QCPLayoutGrid::foColumnsFirst);
    plot->legend->setWrap(4);
    plot->legend->setMargins(QMargins(8, 0, 0, 0));
}

} // namespace kerf::ui
