// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QDialog>

class QComboBox;
class QLabel;

namespace kerf::ui {

class FilesField;
class Workbench;

/// Asks what the calibration text is looked at with, and starts it: another text, and the format whose errors order the
/// layers.
class LensDialog : public QDialog {
    Q_OBJECT
public:
    /// Precondition: a calibration text was chosen.
    explicit LensDialog(Workbench* workbench, QWidget* parent = nullptr);
    void accept() override;

private:
    Workbench* m_workbench;
    FilesField* m_against;
    QComboBox* m_format;
};

} // namespace kerf::ui
