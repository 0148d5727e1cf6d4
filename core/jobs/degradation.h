// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/jobs/metric_comparison.h"

namespace kerf::core {

/// A run in a workspace, named for people.
struct PlacedRun {
    std::string workspace; ///< its file's name
    std::string model;
    RowId run = 0;
    std::string name;
};

/// What a run lost on a text, beside how large its model is and how few bits it keeps.
struct DegradationPoint {
    PlacedRun run;
    std::int64_t parameters = 0; ///< of the model
    double bitsPerWeight = 0;
    std::string dataset, datasetHash;
    std::size_t windows = 0; ///< 0: not kept by window
    /// Perplexity over the original's on the same windows, per cent; its error is that of the windows' differences
    /// (delta method), and not known where the original's windows were not kept, or are fewer than two.
    MetricCell perplexity;
    std::optional<MetricCell> kld; ///< mean from the original, nats a token
};

struct LeftOutRun {
    PlacedRun run;
    std::string reason; ///< a sentence: why, and what to do
};

struct Degradation {
    std::vector<DegradationPoint> points; ///< by workspace and model, of these by falling bits
    std::vector<LeftOutRun> leftOut;
};

/// All runs of the models of some workspaces but the originals. Of each the newest text that its original was measured
/// on too and that it was not calibrated on. Errors: as Workspace::openReader.
Result<Degradation> loadDegradation(const std::vector<std::filesystem::path>& workspaces);

/// Keys: points, left_out, published (of publishedRanges(), per cent), published_source, published_reading.
Json toJson(const Degradation& degradation);

} // namespace kerf::core
