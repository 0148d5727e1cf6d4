// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>
#include <vector>

#include <QDialog>

#include "core/plan/plan.h"
#include "core/solve/solver.h"

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QPushButton;

namespace kerf::ui {

class AllowedFormats;
class BudgetChoice;
class ThresholdBox;
class TickList;
class Workbench;

/// The solver with all it takes: one of four budgets or a loss, the formats it may choose, and what stays in 16 bit.
/// Shows the plan's size and predicted divergence at every change.
class SolveDialog : public QDialog {
    Q_OBJECT
public:
    /// Precondition: the workbench has a profile that predicts a divergence.
    explicit SolveDialog(Workbench* workbench, QWidget* parent = nullptr);
    void accept() override;

private:
    QWidget* makeBudget();
    QWidget* makeChoices();
    QWidget* makeResult();
    QWidget* makeKeepRow();
    void connectChoices();
    void refill();
    core::SolveOptions options() const;
    std::vector<std::string> sensitiveLayers() const;
    void update();
    void showPlan(const QString& problem, bool isError);

    Workbench* m_workbench;
    BudgetChoice* m_budget;
    AllowedFormats* m_allowed;
    QLabel* m_cachesCaption;
    TickList* m_caches;
    QCheckBox* m_keep;
    ThresholdBox* m_threshold;
    QComboBox* m_keepFormat;
    QLabel* m_kept;
    QLabel* m_result;
    QLabel* m_details;
    QPushButton* m_use = nullptr;
    std::optional<core::Plan> m_plan;
};

} // namespace kerf::ui
