// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>
#include <QFile>
#include <QString>
#include <QTemporaryDir>

namespace kerf::test {

/// Texts that a test makes up, in a folder that goes with it. Header only, so that the support library needs no Qt.
class TextFolder {
public:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    /// Writes a file and returns its path.
    QString write(const QString& name, const QByteArray& content) const
    {
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("%s cannot be written", qPrintable(file.fileName()));
        return file.fileName();
    }

private:
    QTemporaryDir m_folder;
};

} // namespace kerf::test
