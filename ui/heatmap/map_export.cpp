// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/heatmap/map_export.h"

#include <QCoreApplication>
#include <QPainter>

#include "ui/heatmap/map_painter.h"
#include "ui/heatmap/map_text.h"
#include "ui/picture_file.h"
#include "ui/selection.h"
#include "ui/theme.h"

namespace kerf::ui {

QString saveMap(const QString& file, const HeatmapModel& model, const QFont& font, const QPalette& palette)
{
    if (file.endsWith(QStringLiteral(".csv"), Qt::CaseInsensitive))
        return saveTable(file, mapTable(model, {}));
    const QStringList rows = mapRowNames(model);
    const QFontMetrics metrics(font);
    const QSize size = MapGeometry::roomFor(rows, model.columnCount(), metrics);
    const MapGeometry geometry(rows, model.columnCount(), size, metrics);
    const Selection nothing;
    const ThemeColors& colors = themeColors(palette);
    return savePicture(file, size, QCoreApplication::translate("Heatmap", "Sensitivity and format of every layer"),
        [&](QPainter& painter) {
            painter.setFont(font);
            painter.fillRect(QRect(QPoint(), size), colors.panel);
            if (model.columnCount() > 0)
                MapPainter(painter, { model, nothing, geometry, colors, {}, {}, {}, false }).paint();
        });
}

} // namespace kerf::ui
