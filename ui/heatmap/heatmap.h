// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <set>

#include <QAbstractScrollArea>

#include "ui/heatmap/heatmap_model.h"
#include "ui/heatmap/map_geometry.h"

namespace kerf::ui {

class Selection;

/// The sensitivity × format map: one column a block, one row a role. Colour is the measure or the format, text the
/// format's name or mark, bars at the edges the sums by block and by role. Mouse: click, Ctrl+click, Shift+click,
/// rubber band; a click on the name of a role or the number of a block takes its layers, Ctrl+click adds them; a click
/// on the arrow before a role that has several layers a block (experts) opens it to a row for each. Keys: arrows,
/// Shift+arrows, Shift+Space (the row), Ctrl+Space (the column), Ctrl+A, Escape, Ctrl+C (as a table). The keys that set
/// a format are actions that the window adds to this widget. What it looks like is MapPainter's.
class Heatmap : public QAbstractScrollArea {
    Q_OBJECT
public:
    Heatmap(HeatmapModel* model, Selection* selection, QWidget* parent = nullptr);

    QRect cellRect(int row, int column) const; ///< in the viewport, for tests and hover cards
    /// What stands in place of the legend while there is no profile.
    void setHint(const QString& hint);
    QSize sizeHint() const override;
    int leastHeight() const; ///< to see every row

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;

private:
    void updateLayout();
    void followScroll();
    std::optional<QPoint> cellAt(const QPoint& position) const; ///< x column, y row
    void moveCurrent(int dx, int dy, bool extend);
    void selectRectangle(const QPoint& from, const QPoint& to, const std::set<int>& also);
    void ensureVisible(const QPoint& cell);
    void setHover(std::optional<QPoint> cell);
    std::vector<int> layersAt(const QPoint& position) const;
    void selectHeader(const QPoint& position, Qt::KeyboardModifiers modifiers);
    bool toggleRow(const QPoint& position);
    bool isIn(int layer, const QPoint& cell) const;
    bool selectLine(Qt::KeyboardModifiers modifiers);
    void hoverMargin(const QPoint& position);
    void copyTable() const;
    void announce();

    HeatmapModel* m_model;
    Selection* m_selection;
    MapGeometry m_geometry;
    QString m_hint;
    QPoint m_anchor { -1, -1 }; ///< corner that Shift extends from
    QPoint m_current { -1, -1 };
    std::optional<QPoint> m_hover;
    std::optional<QPoint> m_dragFrom;
    std::set<int> m_dragAlso; ///< layers that were selected before a Ctrl+drag
};

} // namespace kerf::ui
