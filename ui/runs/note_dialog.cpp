// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/runs/note_dialog.h"

#include <algorithm>

#include <QCompleter>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "ui/dialog_size.h"

namespace kerf::ui {

NoteDialog::NoteDialog(
    const QString& run, const QString& note, const QStringList& tags, const QStringList& known, QWidget* parent)
    : QDialog(parent)
    , m_note(new QPlainTextEdit(note, this))
    , m_tags(new QLineEdit(tags.join(QStringLiteral(", ")), this))
{
    setObjectName(QStringLiteral("noteDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Note and Tags of %1").arg(run));
    m_note->setObjectName(QStringLiteral("runNote"));
    m_note->setTabChangesFocus(true);
    m_note->setPlaceholderText(tr("What this run is for, what you saw in it"));
    m_note->setMinimumHeight(6 * fontMetrics().lineSpacing());
    m_tags->setObjectName(QStringLiteral("runTags"));
    m_tags->setPlaceholderText(tr("release, edge"));
    m_tags->setToolTip(tr("Words that runs are found by, separated by commas"));
    auto* completer = new QCompleter(known, this);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    completer->setWidget(m_tags);
    connect(m_tags, &QLineEdit::textEdited, completer, [this, completer](const QString& text) {
        const QString begun = text.left(m_tags->cursorPosition()).section(u',', -1).trimmed();
        completer->setCompletionPrefix(begun);
        if (!begun.isEmpty() && completer->completionCount() > 0)
            completer->complete();
    });
    connect(completer, qOverload<const QString&>(&QCompleter::activated), this, &NoteDialog::complete);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* form = new QFormLayout;
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    form->addRow(tr("&Note"), m_note);
    form->addRow(tr("&Tags"), m_tags);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addWidget(buttons);
    fitToScreen(this, 60);
}

/// Puts a tag in place of the one that was begun.
void NoteDialog::complete(const QString& tag)
{
    QStringList parts = m_tags->text().left(m_tags->cursorPosition()).split(u',');
    const QString after = m_tags->text().mid(m_tags->cursorPosition());
    parts.last() = (parts.size() > 1 ? QStringLiteral(" ") : QString()) + tag;
    m_tags->setText(parts.join(u',') + after);
    m_tags->setCursorPosition(static_cast<int>(parts.join(u',').size()));
}

QString NoteDialog::note() const
{
    return m_note->toPlainText().trimmed();
}

QStringList NoteDialog::tags() const
{
    QStringList tags;
    for (const QString& tag : m_tags->text().split(u',', Qt::SkipEmptyParts))
        if (!tag.trimmed().isEmpty())
            tags << tag.trimmed();
    tags.removeDuplicates();
    // As the workspace sorts them: by their bytes.
    std::sort(tags.begin(), tags.end(), [](const QString& a, const QString& b) { return a.toUtf8() < b.toUtf8(); });
    return tags;
}

} // namespace kerf::ui
