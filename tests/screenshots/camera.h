// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QImage>
#include <QString>

class QWidget;

namespace kerf::pictures {

/// An image of at most 256 colours, the ones that cover it best: its file is a third as large. Exact where it has no
/// more than these.
QImage withPalette(const QImage& image);

/// Writes what a widget looks like in both themes, as FOLDER/NAME-light.png and FOLDER/NAME-dark.png.
class Camera {
public:
    explicit Camera(QString folder)
        : m_folder(std::move(folder))
    {
    }

    /// The widget with whatever of its window floats above it: a menu, a card, a palette. False: not written.
    bool take(QWidget& widget, const QString& name);
    qint64 bytes() const { return m_bytes; } ///< written so far

private:
    QString m_folder;
    qint64 m_bytes = 0;
};

} // namespace kerf::pictures
