// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/base/matrix.h"
#include "core/calibrate/statistics.h"

namespace kerf::core {

/// How the inputs of a site drifted: x behind quantized layers, f at the same token in the original model.
struct DriftStatistics {
    Matrix drift; ///< C = (2 / tokens) Σ (f - x) xᵀ over all tokens, [cols, cols]; by groups as the Hessian
    SiteStatistics fitted; ///< of x in the windows that corrections are fitted to
    Matrix fittedDrift; ///< C of those windows
    SiteStatistics held; ///< of x in the windows held out to judge corrections by
    Matrix heldDrift; ///< C of those windows

    /// What is known of the columns of one group.
    DriftStatistics ofGroup(std::int64_t group) const;
};

struct SiteWithDrift {
    SiteStatistics statistics; ///< of x in all windows
    DriftStatistics drift;
};

/// Accumulates both. Memory: 32 cols² / groups bytes, and as much again for what finish() gives.
class DriftAccumulator {
public:
    explicit DriftAccumulator(std::int64_t cols, std::int64_t groups = 1);
    DriftAccumulator(const Graph& graph, const Site& site);
    /// f and x: [tokens, cols], of windows that are held out or not. Same result for any thread count.
    void add(const MatrixRef& f, const MatrixRef& x, bool held);
    /// Once, at the end: gives its memory back as it goes.
    SiteWithDrift finish();

private:
    StatisticsAccumulator m_fitted, m_held;
    MatrixD m_fittedDrift, m_heldDrift;
};

} // namespace kerf::core
