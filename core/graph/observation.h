// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "core/base/matrix.h"
#include "core/graph/graph.h"

namespace kerf::core {

/// A site while its value is there.
struct Observation {
    const Site& site;
    MatrixRef x; ///< [rows, cols], in the order of the samples
    std::span<const std::int64_t> lengths; ///< rows of each sample
    std::span<const std::int64_t> rows; ///< of a routed site: which rows of the samples these are; empty: all
};
/// Called once a site and a run. Every sub-sequence of rows is of whole samples.
using Tap = std::function<void(const Observation&)>;

} // namespace kerf::core
