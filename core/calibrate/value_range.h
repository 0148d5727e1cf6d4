// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <vector>

#include "core/base/matrix.h"

namespace kerf::core {

/// What numbers a value had: extremes, and a histogram that merges exactly in any order. Bins are 2^exponent wide, with
/// 0 at an edge, and kHalf of them lie on either side; when a number lies outside, neighbours are joined in pairs.
struct ValueRange {
    static constexpr std::int64_t kHalf = 4096;
    static constexpr int kFirstExponent = -140; ///< of bins that no float is too small for

    std::int64_t samples = 0;
    double least = 0, largest = 0; ///< of all numbers and 0
    double sumLeast = 0, sumLargest = 0; ///< over samples, of each sample's own extremes (and 0)
    bool isFinite = true; ///< no NaN or Inf among them
    int exponent = kFirstExponent;
    std::vector<std::int64_t> counts; ///< [2 kHalf], from the lowest bin; empty: no number was seen

    bool isEmpty() const { return samples == 0; }
    double binWidth() const;
    /// The middle of a bin.
    double middleOf(std::int64_t bin) const;
    std::int64_t total() const; ///< numbers seen
    /// Samples x [samples * rowsOfSample, cols]. Same result for any thread count. @pre rows are whole samples
    void add(const MatrixRef& x, std::int64_t rowsOfSample);
    /// As if what the other saw had been seen here, apart from the order in which sums of extremes round.
    void merge(const ValueRange& other);

private:
    /// Joins bins until the largest magnitude lies in one.
    void widen(double magnitude);
    void coarsen(int to);
};

} // namespace kerf::core
