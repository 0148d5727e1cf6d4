// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include <QDialog>

#include "core/plan/plan.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;

namespace kerf::ui {

/// One layer of a plan once more, by another method, with another damping, or in 16 bit: a new plan and a new run, in
/// which all that is alike comes from disk.
class RetryDialog : public QDialog {
    Q_OBJECT
public:
    RetryDialog(core::Plan plan, std::string layer, const QString& why, QWidget* parent = nullptr);

    /// The plan with what was chosen, named after the first one.
    core::Plan plan() const;

private:
    void update();

    core::Plan m_plan;
    std::string m_layer;
    QComboBox* m_method;
    QDoubleSpinBox* m_damping;
    QCheckBox* m_keep;
};

} // namespace kerf::ui
