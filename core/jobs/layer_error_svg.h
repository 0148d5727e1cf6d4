// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>
#include <vector>

namespace kerf::core {

/// Errors of the layers of runs, in the order of the model.
struct LayerErrorFigure {
    struct Series {
        std::string label;
        std::vector<std::optional<double>> errors; ///< by layer; nothing and 0 have no point
    };
    std::vector<Series> series; ///< at most eight: markers of more cannot be told apart
    std::vector<std::string> layers; ///< their names
    std::vector<int> blocks; ///< by layer: the lines end with a block
};

/// A standalone SVG picture on a logarithmic axis, a marker and a colour for each series; empty when nothing has a
/// point.
std::string layerErrorSvg(const LayerErrorFigure& figure);

} // namespace kerf::core
