// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QColor>
#include <QImage>
#include <QWidget>

#include "core/jobs/look.h"

namespace kerf::ui {

/// A picture with the boxes that one of two networks found: thin where the other found them too, thick where it did
/// not, dashed where only the other did.
class BoxesView : public QWidget {
    Q_OBJECT
public:
    enum class Side { Original, Run };

    explicit BoxesView(Side side, QWidget* parent = nullptr);
    /// `image`: null where there is no picture to show.
    void setSample(const QImage& image, const core::LookedSample& sample);
    QSize sizeHint() const override;
    /// On pictures of any kind, in a light window as in a dark one.
    static QColor bothColor() { return { 0x3d, 0xdc, 0x84 }; }
    static QColor ownColor() { return { 0xff, 0xb0, 0x00 }; }
    static QColor missingColor() { return { 0xff, 0x5a, 0x5a }; }
    /// How many boxes are drawn in each way.
    struct Counts {
        int both = 0, own = 0, missing = 0;
    };
    Counts counts() const;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void paintBoxes(QPainter& painter, const QRectF& place) const;

    Side m_side;
    QImage m_image;
    core::LookedSample m_sample;
};

} // namespace kerf::ui
