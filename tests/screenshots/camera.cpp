// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/screenshots/camera.h"

#include <algorithm>
#include <cstdio>
#include <unordered_map>
#include <vector>

#include <QApplication>
#include <QFileInfo>
#include <QImageWriter>
#include <QPainter>
#include <QPixmap>
#include <QTest>
#include <QWidget>

#include "ui/theme.h"

namespace kerf::pictures {
namespace {

constexpr qsizetype kColours = 256;
constexpr std::size_t kExact = 96; ///< of the most frequent colours
constexpr int kSettle = 250; ///< milliseconds until a widget has taken a theme

int distance(QRgb a, QRgb b)
{
    return std::max({ std::abs(qRed(a) - qRed(b)), std::abs(qGreen(a) - qGreen(b)), std::abs(qBlue(a) - qBlue(b)) });
}

/// Colours, the most frequent first.
std::vector<QRgb> coloursOf(const QImage& image)
{
    std::unordered_map<QRgb, int> counts;
    for (int y = 0; y < image.height(); ++y) {
        const auto* line = reinterpret_cast<const QRgb*>(image.constScanLine(y));
        for (int x = 0; x < image.width(); ++x)
            ++counts[line[x]];
    }
    std::vector<std::pair<int, QRgb>> sorted;
    for (const auto& [colour, count] : counts)
        sorted.emplace_back(count, colour);
    std::ranges::sort(sorted, std::greater()); // the colour breaks ties: the same picture, the same file
    std::vector<QRgb> colours;
    for (const auto& [count, colour] : sorted)
        colours.push_back(colour);
    return colours;
}

/// What floats above it is a window of its own.
QPixmap grabWithPopups(QWidget& widget)
{
    QPixmap picture = widget.grab();
    QPainter painter(&picture);
    for (QWidget* other : QApplication::topLevelWidgets()) {
        const bool floats = other != &widget && other->isVisible() && other->parentWidget()
            && other->parentWidget()->window() == widget.window();
        if (floats)
            painter.drawPixmap(other->pos() - widget.mapToGlobal(QPoint(0, 0)), other->grab());
    }
    return picture;
}

} // namespace

QImage withPalette(const QImage& image)
{
    const QImage plain = image.convertToFormat(QImage::Format_RGB32);
    const std::vector<QRgb> colours = coloursOf(plain);
    QList<QRgb> kept;
    for (int apart = 0; kept.empty() || kept.size() > kColours; ++apart) {
        kept.clear();
        for (std::size_t i = 0; i < colours.size() && kept.size() <= kColours; ++i) {
            const auto covers = [&](QRgb has) { return distance(has, colours[i]) <= apart; };
            if (i < kExact || apart == 0 || std::ranges::none_of(kept, covers))
                kept << colours[i];
        }
    }
    return plain.convertToFormat(QImage::Format_Indexed8, kept, Qt::ThresholdDither | Qt::AvoidDither);
}

bool Camera::take(QWidget& widget, const QString& name)
{
    bool written = true;
    for (const ui::ThemeMode mode : { ui::ThemeMode::Dark, ui::ThemeMode::Light }) {
        ui::applyTheme(mode);
        QTest::qWait(kSettle);
        const QString file
            = QStringLiteral("%1/%2-%3.png").arg(m_folder, name, mode == ui::ThemeMode::Dark ? "dark" : "light");
        QImageWriter writer(file, "png");
        writer.setQuality(0); // the smallest file
        if (!writer.write(withPalette(grabWithPopups(widget).toImage()))) {
            std::fprintf(stderr, "%s: %s\n", qPrintable(file), qPrintable(writer.errorString()));
            written = false;
        }
        m_bytes += QFileInfo(file).size();
    }
    return written;
}

} // namespace kerf::pictures
