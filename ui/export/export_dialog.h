// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>

#include <QDialog>

#include "core/exporters/exporter.h"
#include "core/workspace/workspace.h"

class QLabel;
class QLineEdit;
class QPushButton;

namespace kerf::ui {

/// Asks where an export goes. Says at once what the target cannot hold of the run's plan, and that nothing is ever
/// overwritten.
class ExportDialog : public QDialog {
    Q_OBJECT
public:
    ExportDialog(const core::Exporter& exporter, const core::RunRow& run, const core::Network& network,
        const QString& suggestion, QWidget* parent = nullptr);

    std::filesystem::path folder() const;

private:
    void check();
    void showLeftovers();

    QLineEdit* m_folder;
    QLabel* m_problem;
    QLabel* m_leftovers;
    QPushButton* m_removeLeftovers;
    QPushButton* m_export;
    QString m_planProblems;
};

} // namespace kerf::ui
