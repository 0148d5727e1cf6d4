// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <memory>
#include <optional>

#include <QWidget>

#include "ui/compare/layer_difference_model.h"
#include "ui/jobs/job_runner.h"

class QLabel;
class QProgressBar;
class QTableView;

namespace kerf::ui {

class Workbench;

/// Two finished runs of the model layer by layer, from their weights and codes: formats, each one's error to the
/// original, how far apart they are and how many codes differ. Reads the layers in a thread of its own once it is seen;
/// another pair begins anew.
class LayerDifferencePanel : public QWidget {
    Q_OBJECT
public:
    explicit LayerDifferencePanel(Workbench* workbench, QWidget* parent = nullptr);

    struct Run {
        core::RowId id = 0;
        QString title;
        bool operator==(const Run&) const = default;
    };
    /// Nothing is compared where one of them is none (0).
    void setRuns(const Run& first, const Run& second);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void compare();
    void finish(const JobOutcome& outcome);
    QString summary() const;

    Workbench* m_workbench;
    QLabel* m_summary;
    QProgressBar* m_progress;
    QTableView* m_view;
    LayerDifferenceModel* m_model;
    std::array<Run, 2> m_runs;
    std::shared_ptr<core::RunComparison> m_found; ///< of the comparison that began last
    bool m_isStale = false; ///< what is shown or read is of another pair
    JobRunner m_runner; ///< last: stops before the widgets go
};

} // namespace kerf::ui
