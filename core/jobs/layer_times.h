// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/graph/layer_info.h"
#include "core/plan/plan.h"
#include "core/workspace/workspace.h"

namespace kerf::core {

/// What layers took on this machine with this many threads: from the runs of a workspace.
class LayerTimes {
public:
    /// Seconds: the mean of what was measured and the standard deviation; of a single measurement that is not known.
    struct Estimate {
        double seconds = 0;
        std::optional<double> deviation;
        int measurements = 0;
    };

    /// Reads the layers of the newest runs of a model. Errors: Io, BadFile.
    static Result<LayerTimes> read(const Workspace& workspace, RowId model, const Network& network);

    /// A layer was made in `seconds` by that method; 0 and below: it was taken from disk, and says nothing.
    void add(const LayerInfo& layer, const std::string& method, double seconds);
    /// By the same layer with the same method; else by layers of the same shape; else by the method's time a weight on
    /// other shapes. Nothing when the method was never timed here.
    std::optional<Estimate> of(const LayerInfo& layer, const std::string& method) const;

private:
    struct Sum {
        int count = 0;
        double sum = 0, squares = 0;
        void add(double value);
        Estimate times(double scale) const;
    };
    std::map<std::string, Sum> m_sums; ///< by layer, shape, or nothing, each with the method
};

} // namespace kerf::core
