// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/files_field.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>

#include "ui/value_text.h"

namespace kerf::ui {
namespace {

const QString kSeparator = QStringLiteral("; ");

} // namespace

FilesField::FilesField(const QString& name, const QString& title, QWidget* parent)
    : QWidget(parent)
    , m_line(new QLineEdit(this))
{
    m_line->setObjectName(name + QStringLiteral("Files"));
    m_line->setPlaceholderText(tr("Text, JSON, CSV or TSV files or folders, separated by ;"));
    m_line->setAccessibleName(tr("%1 texts").arg(title));
    auto* button = new QPushButton(tr("Browse…"), this);
    button->setObjectName(name + QStringLiteral("Browse"));
    button->setAccessibleName(tr("Browse for %1 texts").arg(title));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins({});
    row->addWidget(m_line, 1);
    row->addWidget(button);
    setFocusProxy(m_line);
    connect(m_line, &QLineEdit::textChanged, this, &FilesField::changed);
    connect(button, &QPushButton::clicked, this, &FilesField::browse);
}

std::vector<std::filesystem::path> FilesField::files() const
{
    std::vector<std::filesystem::path> files;
    for (const QString& file : m_line->text().split(u';', Qt::SkipEmptyParts))
        if (!file.trimmed().isEmpty())
            files.emplace_back(file.trimmed().toStdString());
    return files;
}

void FilesField::setFiles(const std::vector<std::filesystem::path>& files)
{
    QStringList names;
    for (const std::filesystem::path& file : files)
        names << toQt(file.string());
    m_line->setText(names.join(kSeparator));
}

void FilesField::browse()
{
    const QStringList files = QFileDialog::getOpenFileNames(this, tr("Choose Texts"),
        m_line->text().section(u';', 0, 0), tr("Texts (*.txt *.jsonl *.ndjson *.json *.csv *.tsv);;All files (*)"));
    if (!files.isEmpty())
        m_line->setText(files.join(kSeparator));
}

} // namespace kerf::ui
