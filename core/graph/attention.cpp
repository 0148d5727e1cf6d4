// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/attention.h"

#include <algorithm>
#include <cblas.h>
#include <limits>
#include <optional>
#include <vector>

#include "core/base/parallel.h"
#include "kernels/attention.h"
#include "kernels/softmax.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kQueryTile = 128;

std::int64_t firstVisible(const AttentionSettings& settings, std::int64_t position)
{
    return settings.causal && settings.window > 0 ? std::max<std::int64_t>(0, position - settings.window + 1) : 0;
}

std::size_t size(std::int64_t value)
{
    return static_cast<std::size_t>(value);
}

blasint blas(std::int64_t value)
{
    return static_cast<blasint>(value);
}

/// scores = queries keysᵀ
void multiplyKeys(const MatrixRef& queries, const MatrixRef& keys, Matrix& scores)
{
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, blas(queries.rows()), blas(keys.rows()), blas(keys.cols()),
        1.0f, queries.data(), blas(queries.outerStride()), keys.data(), blas(keys.outerStride()), 0.0f, scores.data(),
        blas(scores.cols()));
}

/// out = weights values + factor * out
void multiplyValues(const Matrix& weights, const MatrixRef& values, float factor, MutableMatrixRef out)
{
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, blas(weights.rows()), blas(values.cols()),
        blas(weights.cols()), 1.0f, weights.data(), blas(weights.cols()), values.data(), blas(values.outerStride()),
        factor, out.data(), blas(out.outerStride()));
}

/// What the scores of one head get besides scale and cap.
struct HeadBias {
    float slope = 0; ///< ALiBi
    KeyMask mask {}; ///< of the keys, from position 0 on
    std::optional<float> sink {}; ///< score of a key that gives nothing
    bool any() const { return slope != 0 || mask || sink; }
};

/// scale * scores + slope * position, and the lowest number where a key is hidden: what is left for the softmax has
/// the scale 1. Caps and biases do not meet in any family.
void addBias(const AttentionSettings& settings, const HeadBias& bias, std::int64_t from, std::span<float> row)
{
    for (std::size_t j = 0; j < row.size(); ++j) {
        const auto position = from + static_cast<std::int64_t>(j);
        row[j] = settings.scale * row[j] + bias.slope * static_cast<float>(position);
        if (bias.mask && (*bias.mask)(position, 0) == 0)
            row[j] = std::numeric_limits<float>::lowest();
    }
}

/// Softmax with one more score, whose share is left out.
void softmaxWithSink(std::span<float> row, float sink)
{
    std::vector<float> all(row.begin(), row.end());
    all.push_back(sink);
    kernels::softmax(all, 1.0f, 0.0f);
    std::copy_n(all.begin(), row.size(), row.begin());
}

/// Softmax of what each query sees; 0 for the rest. `from` is the position of the first column.
void softmaxRows(
    const AttentionSettings& settings, const HeadBias& bias, std::int64_t first, std::int64_t from, Matrix& scores)
{
    for (std::int64_t i = 0; i < scores.rows(); ++i) {
        const std::span<float> row(scores.row(i).data(), size(scores.cols()));
        const std::int64_t begin = firstVisible(settings, first + i) - from;
        const std::int64_t end = settings.causal ? first + i + 1 - from : scores.cols();
        const std::span<float> seen = row.subspan(size(begin), size(end - begin));
        std::fill(row.begin(), row.begin() + begin, 0.0f);
        if (bias.any())
            addBias(settings, bias, from + begin, seen);
        if (bias.sink)
            softmaxWithSink(seen, *bias.sink);
        else
            kernels::softmax(seen, bias.any() ? 1.0f : settings.scale, settings.cap);
        std::fill(row.begin() + end, row.end(), 0.0f);
    }
}

/// One head over several queries.
void attendTile(const AttentionSettings& settings, const HeadBias& bias, std::int64_t first, const MatrixRef& queries,
    const MatrixRef& keys, const MatrixRef& values, MutableMatrixRef out)
{
    const std::int64_t from = firstVisible(settings, first);
    const std::int64_t count = keys.rows() - from;
    Matrix scores(queries.rows(), count);
    multiplyKeys(queries, keys.middleRows(from, count), scores);
    softmaxRows(settings, bias, first, from, scores);
    multiplyValues(scores, values.middleRows(from, count), 0.0f, out);
}

/// One query, where nothing is added to its scores and values are as wide as keys.
void attendOneQuery(const AttentionSettings& settings, std::int64_t position, const MatrixRef& query,
    const MatrixRef& keys, const MatrixRef& values, MutableMatrixRef out)
{
    const std::int64_t from = firstVisible(settings, position);
    std::vector<float> scores(size(position + 1 - from));
    kernels::attendOne({ query.data(), size(settings.headDim) }, keys.row(from).data(), values.row(from).data(),
        keys.outerStride(), settings.scale, settings.cap, scores, { out.data(), size(settings.headDim) });
}

/// One head over queries at positions [first, first + queries.rows()). Keys and values are those of the positions from
/// 0 to the last that a query sees.
void attendQueries(const AttentionSettings& settings, const HeadBias& bias, std::int64_t first,
    const MatrixRef& queries, const MatrixRef& keys, const MatrixRef& values, MutableMatrixRef out)
{
    if (queries.rows() == 1 && settings.causal && !bias.any() && settings.valueWidth() == settings.headDim)
        return attendOneQuery(settings, first, queries, keys, values, out);
    attendTile(settings, bias, first, queries, keys, values, out);
}

HeadBias biasOf(const AttentionSettings& settings, std::span<const float> sinks, std::int64_t head)
{
    HeadBias bias;
    if (!settings.slopes.empty())
        bias.slope = settings.slopes[size(head)];
    if (!sinks.empty())
        bias.sink = sinks[size(head)];
    return bias;
}

/// The same over a residual cache whose matrices hold the columns of one head.
void attendResidualTile(const AttentionSettings& settings, const HeadBias& bias, std::int64_t first,
    const MatrixRef& queries, const ResidualCache& cache, MutableMatrixRef out)
{
    if (first + queries.rows() <= cache.residual) // no query sees anything rounded
        return attendQueries(settings, bias, first, queries, cache.keys, cache.values, out);
    const std::int64_t from = firstVisible(settings, first);
    const std::int64_t count = first + queries.rows() - from;
    Matrix scores(queries.rows(), count), rounded(queries.rows(), count);
    multiplyKeys(queries, cache.keys.middleRows(from, count), scores);
    multiplyKeys(queries, cache.roundedKeys.middleRows(from, count), rounded);
    // How many of the columns a query sees rounded.
    const auto columns = [&](std::int64_t positions) { return std::clamp<std::int64_t>(positions - from, 0, count); };
    for (std::int64_t i = 0; i < queries.rows(); ++i) {
        const std::int64_t old = columns((first + i) / cache.residual * cache.residual);
        scores.row(i).head(old) = rounded.row(i).head(old);
    }
    softmaxRows(settings, bias, first, from, scores);
    rounded.setZero();
    for (std::int64_t i = 0; i < queries.rows(); ++i) {
        const std::int64_t old = columns(first + i - cache.residual);
        rounded.row(i).head(old) = scores.row(i).head(old);
        scores.row(i).head(old).setZero();
    }
    multiplyValues(rounded, cache.roundedValues.middleRows(from, count), 0.0f, out);
    multiplyValues(scores, cache.values.middleRows(from, count), 1.0f, out);
}

/// The rows [first, first + count) and the columns of one key/value head.
ResidualCache headOf(const ResidualCache& cache, const AttentionSettings& settings, std::int64_t first,
    std::int64_t count, std::int64_t head)
{
    const std::int64_t dim = settings.headDim, wide = settings.valueWidth();
    return { cache.keys.block(first, head * dim, count, dim), cache.values.block(first, head * wide, count, wide),
        cache.roundedKeys.block(first, head * dim, count, dim),
        cache.roundedValues.block(first, head * wide, count, wide), cache.residual };
}

struct QueryTile {
    std::size_t sample;
    std::int64_t window; ///< row at which its window starts
    std::int64_t first; ///< position in the window
    std::int64_t rows;
    std::int64_t length; ///< of the window

    /// Positions from 0 to the last that one of its queries sees.
    std::int64_t visible(const AttentionSettings& settings) const { return settings.causal ? first + rows : length; }
};

std::vector<QueryTile> tilesOf(std::span<const std::int64_t> lengths)
{
    std::vector<QueryTile> tiles;
    std::int64_t start = 0;
    for (std::size_t sample = 0; sample < lengths.size(); ++sample) {
        const std::int64_t length = lengths[sample];
        for (std::int64_t first = 0; first < length; first += kQueryTile)
            tiles.push_back({ sample, start, first, std::min(kQueryTile, length - first), length });
        start += length;
    }
    return tiles;
}

} // namespace

void attendWindows(const AttentionSettings& settings, std::span<const std::int64_t> lengths, const MatrixRef& queries,
    const MatrixRef& keys, const MatrixRef& values, MutableMatrixRef out, const KeyMask& mask,
    std::span<const float> sinks)
{
    const std::vector<QueryTile> tiles = tilesOf(lengths);
    const auto tileCount = static_cast<std::int64_t>(tiles.size());
    const std::int64_t dim = settings.headDim, wide = settings.valueWidth();
    parallelFor(tileCount * settings.heads, [&](std::int64_t task) {
        const QueryTile& tile = tiles[size(task / settings.heads)];
        const std::int64_t head = task % settings.heads;
        const std::int64_t shared = head / (settings.heads / settings.keyValueHeads);
        const std::int64_t row = tile.window + tile.first;
        const std::int64_t end = tile.visible(settings);
        HeadBias bias = biasOf(settings, sinks, head);
        if (mask)
            bias.mask.emplace(mask->middleRows(tile.window, end));
        attendQueries(settings, bias, tile.first, queries.block(row, head * dim, tile.rows, dim),
            keys.block(tile.window, shared * dim, end, dim), values.block(tile.window, shared * wide, end, wide),
            out.block(row, head * wide, tile.rows, wide));
    });
}

void attendCached(const AttentionSettings& settings, std::int64_t first, std::span<const std::int64_t> lengths,
    const MatrixRef& queries, std::span<const CachedSample> samples, MutableMatrixRef out, std::span<const float> sinks)
{
    const std::vector<QueryTile> tiles = tilesOf(lengths);
    const std::int64_t dim = settings.headDim, wide = settings.valueWidth();
    parallelFor(static_cast<std::int64_t>(tiles.size()) * settings.heads, [&](std::int64_t task) {
        const QueryTile& tile = tiles[size(task / settings.heads)];
        const CachedSample& sample = samples[tile.sample];
        const std::int64_t head = task % settings.heads;
        const std::int64_t shared = head / (settings.heads / settings.keyValueHeads);
        const std::int64_t row = tile.window + tile.first;
        const std::int64_t end = first + tile.first + tile.rows;
        attendQueries(settings, biasOf(settings, sinks, head), first + tile.first,
            queries.block(row, head * dim, tile.rows, dim), sample.keys.block(0, shared * dim, end, dim),
            sample.values.block(0, shared * wide, end, wide), out.block(row, head * wide, tile.rows, wide));
    });
}

void attendWindowsResidual(const AttentionSettings& settings, std::span<const std::int64_t> lengths,
    const MatrixRef& queries, const ResidualCache& cache, MutableMatrixRef out, std::span<const float> sinks)
{
    const std::vector<QueryTile> tiles = tilesOf(lengths);
    const std::int64_t dim = settings.headDim, wide = settings.valueWidth();
    parallelFor(static_cast<std::int64_t>(tiles.size()) * settings.heads, [&](std::int64_t task) {
        const QueryTile& tile = tiles[size(task / settings.heads)];
        const std::int64_t head = task % settings.heads;
        const std::int64_t shared = head / (settings.heads / settings.keyValueHeads);
        const std::int64_t row = tile.window + tile.first;
        attendResidualTile(settings, biasOf(settings, sinks, head), tile.first,
            queries.block(row, head * dim, tile.rows, dim),
            headOf(cache, settings, tile.window, tile.first + tile.rows, shared),
            out.block(row, head * wide, tile.rows, wide));
    });
}

void attendCachedResidual(const AttentionSettings& settings, std::int64_t first, std::span<const std::int64_t> lengths,
    const MatrixRef& queries, std::span<const ResidualCache> samples, MutableMatrixRef out,
    std::span<const float> sinks)
{
    const std::vector<QueryTile> tiles = tilesOf(lengths);
    const std::int64_t dim = settings.headDim, wide = settings.valueWidth();
    parallelFor(static_cast<std::int64_t>(tiles.size()) * settings.heads, [&](std::int64_t task) {
        const QueryTile& tile = tiles[size(task / settings.heads)];
        const std::int64_t head = task % settings.heads;
        const std::int64_t shared = head / (settings.heads / settings.keyValueHeads);
        const std::int64_t row = tile.window + tile.first;
        attendResidualTile(settings, biasOf(settings, sinks, head), first + tile.first,
            queries.block(row, head * dim, tile.rows, dim),
            headOf(samples[tile.sample], settings, 0, first + tile.first + tile.rows, shared),
            out.block(row, head * wide, tile.rows, wide));
    });
}

} // namespace kerf::core
