// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/base/matrix.h"

namespace kerf::core {

/// One fused operator: grouped heads, soft caps and the masks of the field.
struct AttentionSettings {
    std::int64_t heads = 0;
    std::int64_t keyValueHeads = 0; ///< a divisor of heads: consecutive heads share one
    std::int64_t headDim = 0;
    float scale = 1; ///< of the scores
    float cap = 0; ///< soft cap of the scores; 0: none
    std::int64_t window = 0; ///< each position sees itself and the window - 1 before it; 0: all before it
    bool causal = true; ///< false: each position sees all of its sample, and there is no sliding window
    /// ALiBi (Press et al., arXiv 2108.12409): slope of each head; the score of key j is raised by slope * j, which in
    /// a softmax is the same as lowering it by slope * (i - j). Empty: none.
    std::vector<float> slopes {};
    std::int64_t valueDim = 0; ///< of a value's head; 0: as headDim

    std::int64_t valueWidth() const { return valueDim > 0 ? valueDim : headDim; }
};

/// Which keys may be seen, by row: [tokens, 1], 0 hides. Nothing: all.
using KeyMask = std::optional<MatrixRef>;

/// Attention inside each of several windows that lie one after the other in the rows.
/// queries [tokens, heads * headDim], keys [tokens, keyValueHeads * headDim], values [tokens, keyValueHeads *
/// valueWidth()], out [tokens, heads * valueWidth()]. `sinks`: of each head the score of a key that gives nothing and
/// takes its share of the softmax (attention sinks of gpt-oss; Xiao et al., arXiv 2309.17453); empty: none.
/// Float32 products, softmax sums in double; bit-identical for any thread count and any company of windows.
void attendWindows(const AttentionSettings& settings, std::span<const std::int64_t> lengths, const MatrixRef& queries,
    const MatrixRef& keys, const MatrixRef& values, MutableMatrixRef out, const KeyMask& mask = {},
    std::span<const float> sinks = {});

/// Keys and values of one sample, from its position 0 on.
struct CachedSample {
    MatrixRef keys, values;
};
/// The same for queries of several samples that go on at the position first, each over the keys and values of its
/// positions 0 to the last of them.
/// @pre one of `samples` for each of `lengths`, which has at least first + its length rows
void attendCached(const AttentionSettings& settings, std::int64_t first, std::span<const std::int64_t> lengths,
    const MatrixRef& queries, std::span<const CachedSample> samples, MutableMatrixRef out,
    std::span<const float> sinks = {});

/// Keys and values of which the newest few are kept as they are and the older ones rounded (KIVI, Liu et al., arXiv
/// 2402.02750, section 3.3). A query at position p sees the cache as decoding left it when its turn came: keys before
/// floor(p / residual) * residual from roundedKeys, because keys leave the window in blocks of `residual`, and values
/// before p - residual from roundedValues, because values leave it one by one.
struct ResidualCache {
    MatrixRef keys, values; ///< as they are
    MatrixRef roundedKeys, roundedValues; ///< rows that no query sees rounded may hold anything finite
    std::int64_t residual; ///< > 0
};
/// attendWindows and attendCached over such a cache.
void attendWindowsResidual(const AttentionSettings& settings, std::span<const std::int64_t> lengths,
    const MatrixRef& queries, const ResidualCache& cache, MutableMatrixRef out, std::span<const float> sinks = {});
void attendCachedResidual(const AttentionSettings& settings, std::int64_t first, std::span<const std::int64_t> lengths,
    const MatrixRef& queries, std::span<const ResidualCache> samples, MutableMatrixRef out,
    std::span<const float> sinks = {});

} // namespace kerf::core
