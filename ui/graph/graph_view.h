// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>

#include <QWidget>

#include "ui/graph/graph_drawing.h"

namespace kerf::ui {

/// The neighbourhood of a node, left to right. A click makes a node the current one, a double click or C the
/// centre; the wheel zooms at the pointer, dragging moves. Keys: left and right follow edges, up and down go through a
/// column, + and - take a step more or less, Backspace goes back, F folds the block or opens it, Ctrl with + and -
/// zooms, Home shows all, Ctrl+C copies the edges, Enter asks for the inspector.
class GraphView : public QWidget {
    Q_OBJECT
public:
    explicit GraphView(GraphModel* model, QWidget* parent = nullptr);

    const GraphDrawing& drawing() const { return m_drawing; }
    double zoom() const { return m_zoom; }
    QRectF boxRect(int inView) const; ///< in the widget
    void fit(); ///< all in view, no larger than at a zoom of 1; also of what comes into view next
    void zoomBy(double factor, std::optional<QPointF> at = {}); ///< a point of the widget that stays; the middle
    QString save(const QString& file) const; ///< the picture, or the edges as CSV; what went wrong, or nothing
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void entered(); ///< more of the current node is wanted

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void layOut();
    void showWell();
    void zoomToFit(double least);
    double originFor(double room, double first, double last, double current) const;
    void showCurrent();
    void announce();
    bool zoomKey(const QKeyEvent& event);
    bool moveKey(int key);
    void follow(bool isForth);
    void moveInColumn(int by);
    void hover(const QPointF& position, const QPoint& global);
    QPointF toDrawing(const QPointF& position) const { return (position - m_origin) / m_zoom; }

    GraphModel* m_model;
    GraphDrawing m_drawing;
    double m_zoom = 1;
    QPointF m_origin; ///< of the drawing, in the widget
    /// Of what comes into view: as far as it can be read, all of it, or as a person has zoomed.
    enum class Zoom { Readable, All, Kept } m_zoomOf = Zoom::Readable;
    std::optional<QPointF> m_dragFrom;
    QString m_hovered; ///< what the tool tip says
};

} // namespace kerf::ui
