// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <QString>
#include <QStringList>

#include "core/jobs/run_ranks.h"
#include "ui/divergence_text.h"

namespace kerf::ui {

/// A measured number, NaN while it is not known.
struct MetricValue {
    double value = std::numeric_limits<double>::quiet_NaN();
    std::optional<double> standardError;
    bool known() const { return value == value; }
};

/// One run as tables and charts show it.
struct RunSummary {
    core::RowId id = 0;
    QString name;
    core::RunState state = core::RunState::Running;
    QString created; ///< UTC, ISO 8601
    QString error;
    QString note; ///< what a person wrote about it
    QStringList tags;
    QString searched; ///< all that it is found by
    QString settings; ///< formats, inputs, method, transforms, cache: see planText
    int layersDone = 0, layersTotal = 0;
    double bitsPerWeight = 0;
    double sizeBytes = 0;
    bool isOriginal = false; ///< nothing quantized: the baseline
    MetricValue perplexity, kld, sameTop1; ///< kld: the divergence that the network's task measures
    std::map<core::FrontY, MetricValue> up; ///< of what runs are ranked by, those that it is measured on
    std::optional<core::SpeedFigure> speed; ///< by the table of kernel times
    MetricValue prefill, wholeDecode; ///< tokens/s, measured once, end to end
    std::optional<double> predictedKld;
    core::Standing standing = core::Standing::None; ///< by the axes of RunFront
    QString against; ///< the run that dominates it, or from which it cannot be told
};

/// What runs are ranked by.
struct RunFront {
    core::FrontX x = core::FrontX::Size;
    core::FrontY y = core::FrontY::Kld;
    core::SpeedRanking speeds = core::SpeedRanking::NotTimed;
    core::FrontY distance = core::FrontY::Kld; ///< what the network's task measures: RunSummary::kld is of it
    DivergenceText divergence = divergenceText(nullptr); ///< what that is called
};

/// Why speeds do not rank the runs; empty where they do.
QString rankingText(core::SpeedRanking speeds);
/// "◆" on the front, "◇" where a run is not beaten but cannot be told from another either.
QString markOf(core::Standing standing);
/// The mark in words, with the other run's name.
QString standingText(const RunSummary& run);
/// "842 tokens/s, 1.62× the original (95 % of later sittings: 1.55–1.70)"
QString speedText(const core::SpeedFigure& speed);
/// Bytes and instructions a token.
QString workText(const core::SpeedFigure& speed);

/// What follows from a run's plan, which never changes, and from a profile.
struct RunPlanFacts {
    QString settings;
    QString searched; ///< what a run is found by
    core::PlanSize size;
    bool isOriginal = false;
    std::shared_ptr<const core::Profile> profile; ///< that predicted
    std::optional<double> predictedKld;
};
using KnownPlans = std::map<core::RowId, RunPlanFacts>;

/// Size and bits come from the plan, metrics from the workspace, the prediction from the profile (may be null). What
/// follows from a plan is computed once and kept in `known`, which belongs to one model.
std::vector<RunSummary> summarizeRuns(const std::vector<core::RunRow>& runs, const core::Network& network,
    std::int64_t otherBytes, const std::shared_ptr<const core::Profile>& profile, const core::RunRanks& ranks,
    KnownPlans& known);

} // namespace kerf::ui
