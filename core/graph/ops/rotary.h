// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "core/graph/op.h"

namespace kerf::core {

/// How yarn changed the frequencies (Peng et al., arXiv 2309.00071, section 3.2): those of pairs up to one that turns
/// `fast` times over the original length are kept, those from one that turns `slow` times on divided by the factor.
struct YarnRamp {
    double factor = 1, fast = 32, slow = 1;
    std::int64_t originalPositions = 0;
    bool isTruncated = true; ///< both pairs are rounded to whole ones, away from each other
};

/// Angles of a rotary position embedding: pair i turns by position * frequencies[i]; cosine and sine are multiplied by
/// magnitude (yarn's attention factor).
struct RotaryAngles {
    std::vector<double> frequencies;
    double magnitude = 1;
    double theta = 10000; ///< whose powers the frequencies are where nothing scales them
    /// Samples longer than that turn otherwise; 0: the length changes nothing.
    std::int64_t originalPositions = 0;
    std::vector<double> longFrequencies {}; ///< those of longer samples (long-rope); empty:
    double stretch = 1; ///< their base is theta * (stretch n / originalPositions - stretch + 1)^(d / (d - 2)), n tokens
                        ///< and d turning elements: "dynamic"
    std::optional<YarnRamp> yarn {}; ///< which the frequencies were made with

    /// Of a sample of so many tokens.
    std::vector<double> frequenciesAt(std::int64_t tokens) const;
};

/// Cosines and sines of positions [0, n): [n, pairs].
struct RotaryTable {
    Matrix cosine;
    Matrix sine;
};

/// Computes tables once and grows them when longer samples come; keeps the last one that only a length has.
/// Thread-safe.
class RotaryTables {
public:
    explicit RotaryTables(RotaryAngles angles)
        : m_angles(std::move(angles))
    {
    }
    std::int64_t pairs() const { return static_cast<std::int64_t>(m_angles.frequencies.size()); }
    /// Of a sample of so many tokens: at least as many rows.
    std::shared_ptr<const RotaryTable> table(std::int64_t tokens) const;

private:
    struct Kept {
        std::int64_t tokens = 0; ///< whose frequencies it has; 0: all up to originalPositions, 1: all that are longer
        std::shared_ptr<const RotaryTable> table;
    };
    std::shared_ptr<const RotaryTable> make(std::int64_t tokens, Eigen::Index rows) const;

    RotaryAngles m_angles;
    mutable std::mutex m_mutex;
    mutable Kept m_usual, m_long;
};

/// Turns 2 * pairs elements of every head by the angles of the row's position (Su et al., arXiv 2104.09864):
/// element i with i + pairs, or with its neighbour.
struct Rotary {
    std::int64_t headDim = 0;
    std::shared_ptr<const RotaryTables> tables;
    bool turnsNeighbours = false;
    std::int64_t first = 0; ///< of every head, the first element that turns
};
const Op& rotaryOp();

} // namespace kerf::core
