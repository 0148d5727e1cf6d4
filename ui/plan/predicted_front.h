// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <QObject>
#include <QTimer>

#include "core/evaluate/speed_table.h"
#include "core/jobs/run_ranks.h"
#include "core/solve/plan_front.h"

namespace kerf::ui {

class Workbench;

/// The solver's predicted front for the plan in hand. It is computed on a thread of its own whenever what decides it
/// changes: profile, loader, locks, methods, settings, transforms and cache of the plan, kernel times, and what the
/// budgets are spent on. Until then the old one is stale. Formats of layers that are not locked do not change it.
class PredictedFront : public QObject {
    Q_OBJECT
public:
    struct Point {
        std::shared_ptr<const core::Plan> plan;
        core::PlanSize size;
        core::Prediction kld;
        std::optional<core::SpeedFigure> speed;
    };

    explicit PredictedFront(Workbench* workbench, QObject* parent = nullptr);
    ~PredictedFront() override;

    const std::vector<Point>& points() const { return m_points; } ///< ascending in cost
    bool isStale() const { return m_stale; }
    /// Why there is none: no profile, or what the solver says.
    const QString& problem() const { return m_problem; }
    double seconds() const { return m_seconds; } ///< that the last one took
    /// What the chart shows across: for a speed the budgets are seconds a token, else bytes.
    void setAxis(core::FrontX axis);

signals:
    void changed();

private:
    struct Wish {
        int number = 0;
        std::shared_ptr<const core::Network> network;
        std::shared_ptr<const core::Profile> profile;
        std::shared_ptr<const core::ModelSpeeds> speeds;
        std::shared_ptr<const core::Plan> plan;
        std::int64_t otherBytes = 0;
        core::SolveOptions limits;
        core::FrontCost cost = core::FrontCost::Bytes;
        std::stop_source stop;
    };
    struct Answer {
        std::vector<Point> points;
        QString problem;
        double seconds = 0;
    };
    void follow();
    std::string key() const;
    core::FrontCost cost() const;
    void drop(const QString& problem);
    void ask();
    void run(const std::stop_token& stop); ///< of the thread
    static Answer answer(const Wish& wish);
    void take(int number, Answer answer);

    Workbench* m_workbench;
    core::FrontX m_axis = core::FrontX::Size;
    std::vector<Point> m_points;
    QString m_problem;
    double m_seconds = 0;
    bool m_stale = false;
    std::string m_key; ///< of the front that was asked for last; empty: none
    std::shared_ptr<const core::Profile> m_profile; ///< of that key, which has its address
    QTimer m_soon; ///< a drag of settings asks once
    int m_number = 0; ///< of the wish whose answer is waited for

    std::mutex m_mutex; ///< guards what follows
    std::condition_variable_any m_changed;
    std::optional<Wish> m_wish;
    std::stop_source m_running;
    std::jthread m_thread; ///< last: ends before the rest is gone
};

} // namespace kerf::ui
