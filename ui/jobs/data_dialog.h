// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>

#include <QDialog>

#include "core/jobs/project.h"
#include "ui/jobs/data_settings.h"
#include "ui/jobs/job_runner.h"
#include "ui/jobs/planned_checks.h"

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QPushButton;
class QSpinBox;
class QVBoxLayout;

namespace kerf::ui {

class TextBox;
class TickList;

/// Asks for the texts and how they are cut, the profile's method and formats. Shows how many tokens and windows each
/// text gives, with its beginning, and whether the profile has windows left to hold out, counted off the UI thread
/// while one types. Not modal to the work: only to its window.
class DataDialog : public QDialog {
    Q_OBJECT
public:
    enum class Purpose { Profile, Settings };
    /// With a workspace a profile is looked at before it begins: what it would take.
    DataDialog(core::ProjectPtr project, DataSettings settings, Purpose purpose, std::filesystem::path workspace = {},
        QWidget* parent = nullptr);

    DataSettings settings() const;

private:
    TextBox* addText(QVBoxLayout* layout, const QString& title, const QString& name, const core::DataChoice& choice);
    void addProfile(QVBoxLayout* layout);
    void addCaches(QFormLayout* form);
    void openTextsDialog(TextBox* box);
    void requestPreview();
    void startPreview();
    void updateButton();
    void showStart();
    QString missing() const; ///< what keeps it from being started; empty: nothing
    std::int64_t heldWindows() const;
    core::DataChoice neededCalibration() const;
    void fitDefaults(std::int64_t windows);
    void checkHeld(std::int64_t windows);

    core::ProjectPtr m_project;
    DataSettings m_settings;
    Purpose m_purpose;
    TextBox* m_calibration = nullptr;
    TextBox* m_evaluation = nullptr;
    QComboBox* m_method = nullptr;
    QSpinBox* m_probeWindows = nullptr;
    QCheckBox* m_errorsOnly = nullptr;
    QLabel* m_held = nullptr; ///< how the calibration text's windows are shared out
    QString m_problem; ///< of the calibration text with so many windows
    bool m_fitsDefaults = false; ///< the numbers are defaults and follow the first text that is read
    TickList* m_formats = nullptr;
    TickList* m_caches = nullptr;
    QPushButton* m_start = nullptr;
    std::filesystem::path m_workspace; ///< where the job would run; empty: none is looked at
    bool m_previewWanted = false;
    PlannedChecks m_checks;
    JobRunner m_counting;
};

} // namespace kerf::ui
