// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include <QDialog>

#include "core/jobs/degradation.h"
#include "ui/jobs/job_runner.h"

class QComboBox;
class QLabel;

namespace kerf::ui {

class DegradationChart;
class Workbench;

/// What all measured runs lost, of this workspace and of others that a person adds; runs that cannot stand there are
/// named with the reason. Not modal: it may stay open beside the window.
class DegradationDialog : public QDialog {
    Q_OBJECT
public:
    explicit DegradationDialog(Workbench* workbench, QWidget* parent = nullptr);

    void addWorkspace(const std::filesystem::path& file);
    bool isLoading() const { return m_runner.isRunning(); }

private:
    void load();
    void finish(const JobOutcome& outcome);
    void askForWorkspace();
    void chooseAxes();

    std::vector<std::filesystem::path> m_files;
    std::vector<std::filesystem::path> m_read; ///< that could be read last
    DegradationChart* m_chart;
    QComboBox *m_across, *m_up;
    QLabel* m_note;
    std::shared_ptr<core::Degradation> m_next; ///< that is being read
    bool m_isStale = false; ///< a workspace came while others were read
    JobRunner m_runner; ///< last: its thread ends first
};

} // namespace kerf::ui
