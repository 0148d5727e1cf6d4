// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>

#include <QTimer>
#include <QWidget>

#include "core/jobs/job_checks.h"
#include "ui/jobs/planned_checks.h"

class QComboBox;
class QLabel;
class QPushButton;
class QTableView;

namespace kerf::ui {

class Actions;
class PreflightModel;
class Workbench;

/// When the page comes before a run. Kept in the user's settings.
enum class ShowPreflight { Always, WhenNeeded, Never };
ShowPreflight savedShowPreflight();
void saveShowPreflight(ShowPreflight show);

/// What a run of the plan in hand would take and need, looked at before it begins, and again when the plan or the texts
/// change. What blocks has to be settled first; a warning does not stop anybody.
class PreflightPage : public QWidget {
    Q_OBJECT
public:
    PreflightPage(Workbench* workbench, Actions* actions, QWidget* parent = nullptr);

    void check();
    void start(); ///< the job, unless something blocks it
    const core::JobChecks& checks() const;

signals:
    void checked(bool isClear);
    void done(); ///< it began, or a person turned away: the page can go

protected:
    bool event(QEvent* event) override;

private:
    QWidget* makeHead();
    QWidget* makeFoot();
    void follow();
    void addKeys();
    void checkSoon() { m_soon.start(); }
    void showResult();
    void showHead();
    void addFixes();
    void pressFirstFix();
    void fix(const core::JobCheck& check);
    void useWindows(std::int64_t count);
    void selectLayers(const std::vector<std::string>& names);
    std::optional<core::Job> plannedJob();

    Workbench* m_workbench;
    Actions* m_actions;
    PreflightModel* m_model;
    QTableView* m_view;
    QLabel* m_title;
    QLabel* m_summary;
    QPushButton* m_start;
    std::string m_texts; ///< settings that were looked at
    bool m_isCurrent = false; ///< what is shown is what would run
    QTimer m_soon;
    PlannedChecks m_checks; ///< last: stops before the rest goes
};

} // namespace kerf::ui
