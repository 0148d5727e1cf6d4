// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/export/output_folder.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "core/exporters/partial_folder.h"
#include "ui/value_text.h"

namespace kerf::ui {

OutputFolder::OutputFolder(const QString& suggestion, QWidget* parent)
    : QWidget(parent)
    , m_folder(new QLineEdit(suggestion, this))
    , m_leftovers(new QLabel(this))
    , m_removeLeftovers(new QPushButton(tr("Remove"), this))
{
    m_folder->setObjectName(QStringLiteral("exportFolder"));
    m_folder->setAccessibleName(tr("Folder to write"));
    setFocusProxy(m_folder);
    auto* browse = new QPushButton(tr("Browse…"), this);
    browse->setAutoDefault(false);
    auto* row = new QHBoxLayout;
    row->addWidget(m_folder, 1);
    row->addWidget(browse);
    auto* leftovers = new QHBoxLayout;
    m_leftovers->setWordWrap(true);
    m_removeLeftovers->setObjectName(QStringLiteral("removeLeftovers"));
    m_removeLeftovers->setAutoDefault(false);
    leftovers->addWidget(m_leftovers, 1);
    leftovers->addWidget(m_removeLeftovers);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(row);
    layout->addLayout(leftovers);
    connect(m_folder, &QLineEdit::textChanged, this, [this] {
        showLeftovers();
        emit changed();
    });
    connect(m_removeLeftovers, &QPushButton::clicked, this, [this] {
        for (const core::LeftoverFolder& left : core::findLeftovers(folder().parent_path()))
            (void)core::removeLeftover(left.path); // what could not be removed is listed again
        showLeftovers();
    });
    connect(browse, &QPushButton::clicked, this, [this] {
        const QString parentFolder = QFileDialog::getExistingDirectory(
            this, tr("Folder in Which to Write"), QFileInfo(m_folder->text()).absolutePath());
        if (!parentFolder.isEmpty())
            m_folder->setText(QDir(parentFolder).filePath(QFileInfo(m_folder->text()).fileName()));
    });
    showLeftovers();
}

void OutputFolder::showLeftovers()
{
    QStringList names;
    std::int64_t bytes = 0;
    if (folder().has_parent_path())
        for (const core::LeftoverFolder& left : core::findLeftovers(folder().parent_path())) {
            names << toQt(left.path.filename().string());
            bytes += left.bytes;
        }
    m_leftovers->setText(
        tr("Left here by exports that did not finish: %1 (%2)").arg(names.join(", "), bytesText(bytes)));
    m_leftovers->setVisible(!names.isEmpty());
    m_removeLeftovers->setVisible(!names.isEmpty());
}

std::filesystem::path OutputFolder::folder() const
{
    return m_folder->text().trimmed().toStdString();
}

QString OutputFolder::problem() const
{
    const QString text = m_folder->text().trimmed();
    if (text.isEmpty())
        return tr("Name a folder that does not exist yet.");
    if (QFileInfo::exists(text))
        return tr("%1 exists already. Nothing is overwritten: choose another name.").arg(text);
    return {};
}

} // namespace kerf::ui
