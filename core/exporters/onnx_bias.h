// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include "core/exporters/onnx_layer.h"

namespace kerf::core {

/// What is added to the sums of a layer, one number a row.
struct OnnxBias {
    std::vector<double> values; ///< empty: nothing
    bool isShifted = false; ///< values hold what bias correction adds, too
    /// What bias correction adds where the node takes no bias of its rows: to be added behind it. Empty: nothing.
    std::vector<double> behind {};
    /// The BatchNormalization behind it that only adds, because its factors were folded into the weight: `values` has
    /// what it adds, and it can go. Null: none.
    onnx::NodeProto* norm = nullptr;
};

/// Of two dimensions and a bias behind them, which the node adds itself.
bool addsBias(const OnnxLayer& layer);
/// Of a map that is no part of a recurrent cell, as transforms have rewritten it. Errors: BadFile.
Result<OnnxBias> onnxBias(const ExportSource& source, OnnxDraft& draft, const OnnxLayer& layer);

} // namespace kerf::core
