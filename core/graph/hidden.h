// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/matrix.h"

namespace kerf::core {

/// What goes into a graph for some samples side by side: for each input of the graph its rows, sample after sample.
struct Batch {
    struct Input {
        std::vector<std::int32_t> indices; ///< of inputs of ElementType::Index
        Matrix rows; ///< of the others
    };
    std::vector<Input> inputs; ///< in the order of Graph::inputs()
    std::vector<std::int64_t> lengths; ///< tokens of each sample; 1 where a sample has no length
};

/// A value at a cut of a graph.
struct LiveValue {
    Matrix rows;
    std::int64_t perSample = 0; ///< rows of each sample; 0: as many as it has tokens
};

/// The hidden state between two blocks: everything that is live there, for samples side by side, one after the other.
struct Hidden {
    std::vector<LiveValue> values; ///< in the order of the section's inputs
    std::vector<std::int64_t> lengths; ///< tokens of each sample

    std::int64_t samples() const { return static_cast<std::int64_t>(lengths.size()); }
    std::int64_t tokens() const; ///< of all samples
    std::int64_t floats() const; ///< of all values
    /// The residual stream of a network in which nothing else is live between blocks: [tokens, hidden size].
    const Matrix& stream() const { return values.front().rows; }
    Matrix& stream() { return values.front().rows; }

    /// A copy of samples [first, first + count).
    Hidden part(std::int64_t first, std::int64_t count) const;
    /// Overwrites the samples from `first` on by those of `other`, of the same lengths.
    void assign(std::int64_t first, const Hidden& other);
    /// Whether values have the widths and kinds of rows of another's.
    bool hasShapeOf(const Hidden& other) const;
    /// The samples of all, one after the other. @pre not empty, all of one shape
    static Hidden joined(const std::vector<Hidden>& parts);
    /// Room for these samples several times, one after the other; uninitialized.
    Hidden room(std::int64_t times) const;
};

} // namespace kerf::core
