// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>
#include <vector>

#include <QDialog>

#include "core/jobs/report.h"
#include "ui/jobs/job_runner.h"

class QLabel;
class QPushButton;
class QTextBrowser;
class QTextDocument;

namespace kerf::ui {

class Workbench;

/// One page on some runs, made in a thread of its own, shown, and written as HTML or PDF.
class ReportDialog : public QDialog {
    Q_OBJECT
public:
    ReportDialog(Workbench* workbench, std::vector<core::RowId> runs, core::RowId reference, QWidget* parent = nullptr);

    /// Writes the page by the file's ending: .html or .pdf. Returns what went wrong, or nothing. @pre it was made
    QString save(const QString& file) const;
    bool isMade() const { return m_report != nullptr; }

private:
    void finish(const JobOutcome& outcome);
    void askAndSave(const QString& ending);
    void fillDocument(QTextDocument* document, double width) const;

    Workbench* m_workbench;
    QLabel* m_status;
    QTextBrowser* m_view;
    QPushButton *m_html, *m_pdf;
    std::shared_ptr<core::RunReport> m_next; ///< that is being made
    std::shared_ptr<core::RunReport> m_report;
    JobRunner m_runner; ///< last: stops before the widgets go
};

} // namespace kerf::ui
