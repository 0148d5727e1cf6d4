// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>

#include <QObject>
#include <QString>

#include "core/workspace/workspace.h"

namespace kerf::ui {

class Workbench;

/// The plan that the one in hand is compared with: as it was before the last step, as it was opened or solved, or that
/// of a run.
class PlanReference : public QObject {
    Q_OBJECT
public:
    enum class Kind { LastStep, Baseline, Run };

    explicit PlanReference(Workbench* workbench, QObject* parent = nullptr);

    void set(Kind kind, core::RowId run = 0);
    Kind kind() const { return m_kind; }
    core::RowId run() const { return m_run; }
    /// Never null while a model is open. A run that is gone: the plan as it was opened.
    std::shared_ptr<const core::Plan> plan() const { return m_plan; }
    QString name() const; ///< "before the last step", "run 3"

signals:
    void changed();

private:
    void update();

    Workbench* m_workbench;
    Kind m_kind = Kind::Baseline;
    core::RowId m_run = 0;
    std::shared_ptr<const core::Plan> m_plan;
};

} // namespace kerf::ui
