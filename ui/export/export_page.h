// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QWidget>

#include <filesystem>
#include <memory>

#include "core/exporters/exporter.h"
#include "ui/jobs/job_runner.h"

class QLabel;
class QPushButton;

namespace kerf::ui {

/// What was written: path, size, what was verified, notes, and how the runtimes load it. Verifies it again when asked.
class ExportPage : public QWidget {
    Q_OBJECT
public:
    ExportPage(const core::ExportReport& report, const QString& target, const QString& run, QWidget* parent = nullptr);

private:
    /// Starts, or stops what runs.
    void verify(const std::filesystem::path& folder);
    void showVerdict(const JobOutcome& outcome);

    QPushButton* m_verify = nullptr;
    QLabel* m_verdict = nullptr;
    std::shared_ptr<core::VerifyReport> m_report; ///< of the verification that ran last
    JobRunner m_runner; ///< last: stops before the widgets go
};

/// The lines of code that load an exported folder in each of the runtimes that do: name of the runtime and text.
QList<std::pair<QString, QString>> loadingRecipes(
    const QString& target, const QString& folder, const std::vector<std::string>& loadedBy);

} // namespace kerf::ui
