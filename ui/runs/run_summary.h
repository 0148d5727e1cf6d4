// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <limits>
#include <optional>
#include <vector>

#include <QString>

#include "core/workspace/workspace.h"

namespace kerf::ui {

/// A measured number, NaN while it is not known.
struct Measured {
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
    QString settings; ///< formats, inputs, method, transforms, cache: see planText
    int layersDone = 0, layersTotal = 0;
    double bitsPerWeight = 0;
    double sizeBytes = 0;
    bool isOriginal = false; ///< nothing quantized: the baseline
    Measured perplexity, kld, sameTop1, prefill, decode;
    std::optional<double> predictedKld;
    bool onFront = false; ///< no other run is both faster (or smaller) and closer to the original
};

/// Size and bits come from the plan, metrics from the workspace, the prediction from the profile (may be null).
/// onFront is set over all runs that have a KLD, by speed, or by size where speeds are missing.
std::vector<RunSummary> summarizeRuns(const std::vector<core::RunRow>& runs, const core::Network& network,
    std::int64_t otherBytes, const core::Profile* profile);

} // namespace kerf::ui
