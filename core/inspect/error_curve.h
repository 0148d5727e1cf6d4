// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include "core/format/layer_format.h"
#include "core/profile/profile.h"
#include "core/quantize/layer_solver.h"

namespace kerf::core {

/// The error of a layer in one format by one method.
struct ErrorPoint {
    std::string format;
    double bitsPerWeight = 0; ///< scales counted, for the layer's shape
    double error = 0;
};
/// All formats by one method, ascending in bits.
struct ErrorCurve {
    std::string method; ///< methodVariant()
    bool isOfOutputs = true; ///< tr(D H Dᵀ)/tr(W H Wᵀ); false: |D|²/|W|², where there are no statistics
    std::vector<ErrorPoint> points;
};

/// What a profile holds of a layer: its own method's curve, and those of methods whose sample has the layer.
std::vector<ErrorCurve> profiledCurves(const Profile& profile, const LayerProfile& layer, const LayerShape& shape);

/// Quantizes the layer in every format that takes its shape. `site` may be null: the weights' own error. Errors: as
/// solveLayer; Cancelled.
Result<ErrorCurve> solvedCurve(const Network& network, const LayerInfo& layer, const Matrix& weight, SiteWork* site,
    const Method& method, const std::vector<LayerFormat>& formats, const JobContext& job);

/// |D|²/|W|² of numbers that are no layer's, by rtn, in every format that takes their shape. Errors: as solveLayer;
/// Cancelled.
Result<ErrorCurve> plainCurve(const Matrix& weight, const std::vector<LayerFormat>& formats, const JobContext& job);

} // namespace kerf::core
