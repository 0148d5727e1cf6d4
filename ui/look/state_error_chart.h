// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include "core/evaluate/evaluate.h"
#include "ui/charts/chart.h"

namespace kerf::ui {

/// How far a run's states are from the original's, step by step, a line for each recurrent layer or for the states
/// that go from sample to sample.
class StateErrorChart : public Chart {
    Q_OBJECT
public:
    explicit StateErrorChart(QWidget* parent = nullptr);

    void setErrors(std::vector<core::StateErrors> errors);

protected:
    void applyTheme() override;
    QList<QStringList> table() const override;
    QString suggestedName() const override { return QStringLiteral("error-over-steps"); }

private:
    std::vector<core::StateErrors> m_errors;
};

} // namespace kerf::ui
