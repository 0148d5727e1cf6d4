// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>

#include <QList>
#include <QSize>
#include <QStringList>
#include <QToolButton>

class QPainter;

namespace kerf::ui {

/// Writes what `paint` draws into a room of `size` logical pixels, by the file's ending: .png (twice as many pixels),
/// .svg, .pdf (one page of that size). Returns what went wrong, or nothing.
QString savePicture(
    const QString& file, const QSize& size, const QString& title, const std::function<void(QPainter&)>& paint);
/// Writes rows as CSV: comma, quotes where they are needed, UTF-8. Returns what went wrong, or nothing.
QString saveTable(const QString& file, const QList<QStringList>& rows);

/// "Export ▾" with an entry for each ending that asks where, and calls `save` with the file's name; what that returns
/// is told by failed().
class ExportButton : public QToolButton {
    Q_OBJECT
public:
    using Save = std::function<QString(const QString&)>;

    ExportButton(const QString& title, const QString& suggestedName, Save save, QWidget* parent,
        const QStringList& endings = { "png", "svg", "pdf", "csv" });

signals:
    void failed(const QString& message);

private:
    void ask(const QString& ending);

    QString m_title, m_name;
    Save m_save;
};

} // namespace kerf::ui
