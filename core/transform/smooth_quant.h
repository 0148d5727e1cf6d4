// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/base/matrix.h"

namespace kerf::core {

/// What SmoothQuant divides inputs by, channel by channel: max|x|^alpha / max|w|^(1 - alpha) (Xiao et al., SmoothQuant,
/// arXiv 2211.10438, equation 4); 1 where either is 0. `inputs` and `weights` are the maxima, [cols], those of the
/// weights over all layers that read the site.
VectorD smoothFactors(const Vector& inputs, const Vector& weights, double alpha);

} // namespace kerf::core
