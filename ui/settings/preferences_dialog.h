// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QDialog>

#include "ui/jobs/job_runner.h"
#include "ui/settings/preferences.h"

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace kerf::ui {

/// What is the same for all models: threads, look, numbers, where workspaces are kept and how much they take.
class PreferencesDialog : public QDialog {
    Q_OBJECT
public:
    /// `isBusy`: a job runs, so that the number of threads stays until the next start.
    PreferencesDialog(bool isBusy, QWidget* parent);

    void accept() override;

private:
    void addWork(QFormLayout* form, bool isBusy);
    void addLanguage(QFormLayout* form);
    void addLook(QFormLayout* form);
    void addStorage(QFormLayout* form);
    void chooseFolder();
    void measure(); ///< what the folders take, beside the UI thread
    void showStorage(std::int64_t workspaces, std::int64_t cache);
    Preferences chosen() const;

    bool m_isBusy;
    QSpinBox* m_threads;
    QCheckBox* m_reopen;
    QComboBox *m_language, *m_theme, *m_numbers;
    QLineEdit* m_folder;
    QLabel *m_storage, *m_cache;
    JobRunner m_runner; ///< last member: ends its thread first
};

} // namespace kerf::ui
