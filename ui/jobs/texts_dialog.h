// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QDialog>

#include "core/jobs/project.h"
#include "core/text/document_lengths.h"
#include "ui/jobs/job_runner.h"

class QLabel;
class QListWidget;
class QPlainTextEdit;

namespace kerf::ui {

class LengthsChart;

/// A closer look at a text: what its first windows hold, and how long its documents are. Read off the UI thread.
class TextsDialog : public QDialog {
    Q_OBJECT
public:
    TextsDialog(core::ProjectPtr project, core::DataChoice choice, QWidget* parent = nullptr);

private:
    struct Found {
        std::vector<std::string> windows; ///< texts of the first ones
        std::int64_t windowLength = 0;
        core::DocumentLengths lengths;
    };
    QWidget* windowsPage();
    QWidget* lengthsPage();
    void read();
    void show(const Found& found);

    core::ProjectPtr m_project;
    core::DataChoice m_choice;
    QLabel* m_summary;
    QListWidget* m_windows;
    QPlainTextEdit* m_text;
    LengthsChart* m_chart;
    QStringList m_texts; ///< of the windows
    JobRunner m_runner; ///< last member: ends its thread first
};

} // namespace kerf::ui
