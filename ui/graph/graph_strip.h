// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QWidget>

namespace kerf::ui {

class GraphModel;

/// All layers of the network in order, in the colours of their formats, with a frame round those in view. The frame can
/// be dragged; left and right, Home and End move it too.
class GraphStrip : public QWidget {
    Q_OBJECT
public:
    explicit GraphStrip(GraphModel* model, QWidget* parent = nullptr);

    QRectF cellRect(int layer) const; ///< in the widget
    QRectF frameRect() const; ///< empty: no layer is in view
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    int layerCount() const;
    int layerAt(double x) const;
    int centreLayer() const; ///< the nearest before the centre, or the first
    void follow();
    void goTo(int layer, bool remembers);

    GraphModel* m_model;
    int m_first = 0, m_last = -1; ///< layers in view
    bool m_drags = false;
};

} // namespace kerf::ui
