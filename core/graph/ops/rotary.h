// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>
#include <mutex>

#include "core/graph/op.h"

namespace kerf::core {

/// Angles of a rotary position embedding: pair i turns by position * frequencies[i]; cosine and sine are multiplied by
/// magnitude (yarn's attention factor).
struct RotaryAngles {
    std::vector<double> frequencies;
    double magnitude = 1;
    double theta = 10000; ///< whose powers the frequencies are where nothing scales them
};

/// Cosines and sines of positions [0, n): [n, pairs].
struct RotaryTable {
    Matrix cosine;
    Matrix sine;
};

/// Computes tables once and grows them when longer samples come. Thread-safe.
class RotaryTables {
public:
    explicit RotaryTables(RotaryAngles angles)
        : m_angles(std::move(angles))
    {
    }
    std::int64_t pairs() const { return static_cast<std::int64_t>(m_angles.frequencies.size()); }
    /// At least `positions` rows.
    std::shared_ptr<const RotaryTable> table(std::int64_t positions) const;

private:
    RotaryAngles m_angles;
    mutable std::mutex m_mutex;
    mutable std::shared_ptr<const RotaryTable> m_table;
};

/// Turns the first 2 * pairs elements of every head by the angles of the row's position (Su et al., arXiv 2104.09864).
struct Rotary {
    std::int64_t headDim = 0;
    std::shared_ptr<const RotaryTables> tables;
};
const Op& rotaryOp();

} // namespace kerf::core
