// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <utility>
#include <vector>

#include <QWidget>

#include "core/decide/cost.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace kerf::ui {

class AssumptionField;
class DecisionDesk;

/// What a decision depends on: machine, task, money. Every change is kept and computed with at once.
class DecideForm : public QWidget {
    Q_OBJECT
public:
    explicit DecideForm(DecisionDesk* desk, QWidget* parent = nullptr);

    void focusMachine();
    void focusPrice();

private:
    void makeMachine(QFormLayout* form);
    void makeTask(QFormLayout* form);
    void makeMoney(QFormLayout* form);
    void addHeading(QFormLayout* form, const QString& text);
    AssumptionField* addAssumption(QFormLayout* form, const QString& text, const QString& name,
        core::Assumption core::CostInputs::*input, const QString& tip = {});
    void connectFields();
    void fillDevices();
    void fillRuns();
    void showSettings();
    void showDevice();
    void showLoss();
    void chooseDevice(int at);

    DecisionDesk* m_desk;
    QComboBox *m_device, *m_run, *m_tolerance, *m_cache;
    QLineEdit* m_currency;
    QSpinBox *m_cards, *m_batch, *m_context;
    QDoubleSpinBox* m_memory;
    QCheckBox* m_highStakes;
    QLabel *m_memoryText, *m_bandwidth, *m_peaks;
    std::vector<std::pair<AssumptionField*, core::Assumption core::CostInputs::*>> m_assumptions;
    AssumptionField *m_price = nullptr, *m_loss = nullptr, *m_priceAfter = nullptr;
    AssumptionField *m_insteadMachines = nullptr, *m_insteadPrice = nullptr;
    std::filesystem::path m_shownTable; ///< whose devices are in the list
    bool m_isUpdating = false;
};

} // namespace kerf::ui
