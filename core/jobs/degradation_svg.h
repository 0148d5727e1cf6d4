// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include "core/jobs/degradation.h"

namespace kerf::core {

/// A standalone picture of four panels: per cent of perplexity and mean divergence, over bits a weight and over
/// parameters, with error bars of one standard error. What formats are said to cost (publishedRanges) is shaded in the
/// panels of the perplexity and named below. A line joins the runs of a model that none of as few bits beats, on the
/// text that they share. Upward axes are logarithmic: what is 0 or less stands on the axis. @pre there are points
std::string degradationSvg(const Degradation& degradation);

} // namespace kerf::core
