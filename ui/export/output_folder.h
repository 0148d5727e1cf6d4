// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;

namespace kerf::ui {

/// Asks for a folder that does not exist yet, and offers to remove what exports that did not finish left beside it.
class OutputFolder : public QWidget {
    Q_OBJECT
public:
    explicit OutputFolder(const QString& suggestion, QWidget* parent = nullptr);

    std::filesystem::path folder() const;
    QString problem() const; ///< why nothing can be written there; empty: it can

signals:
    void changed();

private:
    void showLeftovers();

    QLineEdit* m_folder;
    QLabel* m_leftovers;
    QPushButton* m_removeLeftovers;
};

} // namespace kerf::ui
