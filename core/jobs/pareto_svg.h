// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include "core/evaluate/pareto.h"

namespace kerf::core {

/// One run on the figure.
struct FigurePoint {
    std::string label;
    double x = 0;
    double xLow = 0; ///< of the error bar; x where there is none
    double xHigh = 0;
    double y = 0;
    double yError = 0;
    Standing standing = Standing::None;
};

struct ParetoFigure {
    std::string title;
    std::string xLabel;
    std::string yLabel;
    std::string note; ///< below the title; may be empty
    std::vector<FigurePoint> points; ///< the front in ascending x when its points are taken in order
};

/// A standalone SVG picture: axes with round numbers, grid, error bars, the front as a line, rings for
/// points that cannot be told from it, labels that keep clear of
/// each other. A y axis over more than a factor of 20 is logarithmic; a y of 0 then stands on the axis.
std::string paretoSvg(const ParetoFigure& figure);

} // namespace kerf::core
