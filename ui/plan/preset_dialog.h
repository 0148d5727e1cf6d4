// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <vector>

#include <QDialog>

#include "core/solve/preset.h"

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QListWidget;
class QPushButton;
class QWidget;

namespace kerf::ui {

class PlanDocument;
class ThresholdBox;

/// Settings by the names of tools: what each is, what it makes of this model, and its thresholds to adjust.
class PresetDialog : public QDialog {
    Q_OBJECT
public:
    explicit PresetDialog(PlanDocument* document, QWidget* parent = nullptr);
    void accept() override;

private:
    QWidget* makeDetails();
    void showPreset();
    void update();
    core::Preset adjusted() const;

    PlanDocument* m_document;
    std::vector<core::Preset> m_presets;
    QListWidget* m_list;
    QLabel* m_summary;
    QLabel* m_basis;
    ThresholdBox* m_threshold;
    QComboBox* m_thresholdFormat;
    QLabel* m_kept;
    QDoubleSpinBox* m_smoothing;
    QLabel* m_result;
    QPushButton* m_use;
    std::vector<QWidget*> m_thresholdRows, m_smoothingRows; ///< shown only for presets that have them
    std::optional<core::Plan> m_plan;
};

} // namespace kerf::ui
