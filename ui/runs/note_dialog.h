// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QDialog>
#include <QStringList>

class QLineEdit;
class QPlainTextEdit;

namespace kerf::ui {

/// What a person says of a run: a note of any length, and tags, separated by commas, of which those of other runs are
/// offered while one types.
class NoteDialog : public QDialog {
    Q_OBJECT
public:
    NoteDialog(const QString& run, const QString& note, const QStringList& tags, const QStringList& known,
        QWidget* parent = nullptr);

    QString note() const;
    QStringList tags() const; ///< ascending, without repeats and empty ones

private:
    void complete(const QString& tag);

    QPlainTextEdit* m_note;
    QLineEdit* m_tags;
};

} // namespace kerf::ui
