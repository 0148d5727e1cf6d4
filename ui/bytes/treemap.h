// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QColor>
#include <QMouseEvent>
#include <QRectF>
#include <QString>
#include <QWidget>

namespace kerf::ui {

struct ThemeColors;

/// One field of a treemap.
struct TreemapField {
    QString name;
    QString detail; ///< second line: bytes and share
    QString card; ///< tool tip, and what a screen reader says
    double bytes = 0;
    bool planned = true; ///< else grey: a plan does not change it
    bool selected = false;
};

/// Fields whose areas are bytes. A click or Space picks one, Enter or a double click enters it, Backspace goes back,
/// the arrows move between them in the order of their size.
class Treemap : public QWidget {
    Q_OBJECT
public:
    explicit Treemap(QWidget* parent = nullptr);

    void setFields(std::vector<TreemapField> fields); ///< in falling order of bytes
    const std::vector<TreemapField>& fields() const { return m_fields; }
    QRectF rectOf(int field) const; ///< in the widget
    int current() const { return m_current; } ///< with the focus of the keyboard; -1 = none
    /// Paints fields into a room: for pictures too.
    static void paintFields(QPainter& painter, const std::vector<TreemapField>& fields,
        const std::vector<QRectF>& places, const ThemeColors& colors, int hover, int focus);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void picked(int field);
    void entered(int field);
    void left();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override { event->accept(); }
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void place();
    int fieldAt(const QPointF& position) const;
    void moveTo(int field);

    std::vector<TreemapField> m_fields;
    std::vector<QRectF> m_places;
    int m_current = -1, m_hover = -1;
};

} // namespace kerf::ui
