// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/calibrate/statistics.h"
#include "core/format/format.h"
#include "core/graph/graph.h"

namespace kerf::core {

/// (W - Q) mu, what the mean of the outputs lost: added to them it leaves tr(D (H/2 - mu muᵀ) Dᵀ) of their error
/// tr(D H/2 Dᵀ), D = W - Q, the least that any constant can (Nagel et al., arXiv 1906.04721, section 4.2; Finkelstein
/// et al., arXiv 1906.03193). [rows]; of a weight in groups each row meets the columns of its own. Errors:
/// InvalidArgument: the statistics have no mean.
Result<Vector> biasCorrection(const Matrix& weight, const QuantizedTensor& quantized, const SiteStatistics& statistics);

/// Whether a constant can be added to what a layer makes: of recurrent cells it cannot.
bool takesBiasCorrection(const Graph& graph, const LayerInfo& layer);

} // namespace kerf::core
