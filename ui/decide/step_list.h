// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace kerf::core {
struct Decision;
}

namespace kerf::ui {

class DecisionDesk;

/// The steps of a decision with what is missing in each, and the report at their end.
class StepList : public QWidget {
    Q_OBJECT
public:
    explicit StepList(DecisionDesk* desk, QWidget* parent = nullptr);

private:
    void showDecision();
    void setStep(int step, bool isDone, bool isWrong, const QString& text);
    void makeReport();

    DecisionDesk* m_desk;
    QLabel *m_signs[4], *m_texts[4];
    QPushButton* m_report;
};

} // namespace kerf::ui
