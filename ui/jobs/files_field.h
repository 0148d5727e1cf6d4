// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <vector>

#include <QWidget>

class QLineEdit;

namespace kerf::ui {

/// Files or folders of texts: typed, separated by semicolons, or chosen.
class FilesField : public QWidget {
    Q_OBJECT
public:
    /// `name` starts the names of its objects; `title`: whose texts they are, for screen readers.
    FilesField(const QString& name, const QString& title, QWidget* parent);

    std::vector<std::filesystem::path> files() const;
    void setFiles(const std::vector<std::filesystem::path>& files);

signals:
    void changed();

private:
    void browse();

    QLineEdit* m_line;
};

} // namespace kerf::ui
