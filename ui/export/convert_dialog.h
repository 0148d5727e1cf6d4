// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>

#include <QDialog>

#include "core/exporters/exporter.h"

class QCheckBox;
class QLabel;
class QPushButton;

namespace kerf::ui {

class OutputFolder;

/// Asks where a checkpoint that is quantized already is written as another target, and says what a conversion keeps.
class ConvertDialog : public QDialog {
    Q_OBJECT
public:
    /// `source` names the checkpoint; `summary` what it holds: "gptq, 14 layers in int4-g64".
    ConvertDialog(const core::Exporter& exporter, const QString& source, const QString& summary,
        const QString& suggestion, QWidget* parent = nullptr);

    std::filesystem::path folder() const;
    bool roundScales() const;
    /// For a checkpoint that is exported as a run: its scales are never rounded.
    void hideRounding();

private:
    void check();

    OutputFolder* m_output;
    QCheckBox* m_round;
    QLabel* m_problem;
    QPushButton* m_convert;
};

} // namespace kerf::ui
