// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/attention.h"

#include <algorithm>
#include <cblas.h>
#include <vector>

#include "core/base/parallel.h"
#include "kernels/attention.h"
#include "kernels/softmax.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kQueryTile = 128;

std::int64_t firstVisible(const AttentionSettings& settings, std::int64_t position)
{
    return settings.window > 0 ? std::max<std::int64_t>(0, position - settings.window + 1) : 0;
}

std::size_t size(std::int64_t value)
{
    return static_cast<std::size_t>(value);
}

/// One head over queries at positions [first, first + queries.rows()); keys and values start at position 0.
void attendTile(const AttentionSettings& settings, std::int64_t first, const MatrixRef& queries, const MatrixRef& keys,
    const MatrixRef& values, MutableMatrixRef out)
{
    const std::int64_t from = firstVisible(settings, first);
    const std::int64_t count = first + queries.rows() - from;
    const auto blas = [](std::int64_t value) { return static_cast<blasint>(value); };
    Matrix scores(queries.rows(), count);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, blas(queries.rows()), blas(count), blas(settings.headDim),
        1.0f, queries.data(), blas(queries.outerStride()), keys.row(from).data(), blas(keys.outerStride()), 0.0f,
        scores.data(), blas(count));
    for (std::int64_t i = 0; i < queries.rows(); ++i) {
        const std::span<float> row(scores.row(i).data(), size(count));
        const std::int64_t begin = firstVisible(settings, first + i) - from;
        const std::int64_t end = first + i + 1 - from;
        std::fill(row.begin(), row.begin() + begin, 0.0f);
        kernels::softmax(row.subspan(size(begin), size(end - begin)), settings.scale, settings.cap);
        std::fill(row.begin() + end, row.end(), 0.0f);
    }
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, blas(queries.rows()), blas(settings.headDim), blas(count),
        1.0f, scores.data(), blas(count), values.row(from).data(), blas(values.outerStride()), 0.0f, out.data(),
        blas(out.outerStride()));
}

void attendOneQuery(const AttentionSettings& settings, std::int64_t position, const MatrixRef& query,
    const MatrixRef& keys, const MatrixRef& values, MutableMatrixRef out)
{
    const std::int64_t from = firstVisible(settings, position);
    std::vector<float> scores(size(position + 1 - from));
    kernels::attendOne({ query.data(), size(settings.headDim) }, keys.row(from).data(), values.row(from).data(),
        keys.outerStride(), settings.scale, settings.cap, scores, { out.data(), size(settings.headDim) });
}

struct QueryTile {
    std::int64_t window; ///< row at which its window starts
    std::int64_t first; ///< position in the window
    std::int64_t rows;
};

} // namespace

void attendWindows(const AttentionSettings& settings, std::span<const std::int64_t> lengths, const MatrixRef& queries,
    const MatrixRef& keys, const MatrixRef& values, MutableMatrixRef out)
{
    std::vector<QueryTile> tiles;
    std::int64_t start = 0;
    for (const std::int64_t length : lengths) {
        for (std::int64_t first = 0; first < length; first += kQueryTile)
            tiles.push_back({ start, first, std::min(kQueryTile, length - first) });
        start += length;
    }
    const auto tileCount = static_cast<std::int64_t>(tiles.size());
    const std::int64_t dim = settings.headDim;
    parallelFor(tileCount * settings.heads, [&](std::int64_t task) {
        const QueryTile& tile = tiles[size(task / settings.heads)];
        const std::int64_t head = task % settings.heads;
        const std::int64_t shared = head / (settings.heads / settings.keyValueHeads);
        const std::int64_t row = tile.window + tile.first;
        const std::int64_t end = tile.first + tile.rows;
        attendTile(settings, tile.first, queries.block(row, head * dim, tile.rows, dim),
            keys.block(tile.window, shared * dim, end, dim), values.block(tile.window, shared * dim, end, dim),
            out.block(row, head * dim, tile.rows, dim));
    });
}

void attendCached(const AttentionSettings& settings, std::int64_t first, const MatrixRef& queries,
    const MatrixRef& keys, const MatrixRef& values, MutableMatrixRef out)
{
    const std::int64_t dim = settings.headDim;
    const std::int64_t tiles = (queries.rows() + kQueryTile - 1) / kQueryTile;
    parallelFor(tiles * settings.heads, [&](std::int64_t task) {
        const std::int64_t row = task / settings.heads * kQueryTile;
        const std::int64_t rows = std::min(kQueryTile, queries.rows() - row);
        const std::int64_t head = task % settings.heads;
        const std::int64_t shared = head / (settings.heads / settings.keyValueHeads);
        const std::int64_t end = first + row + rows;
        const auto attend = rows == 1 ? attendOneQuery : attendTile;
        attend(settings, first + row, queries.block(row, head * dim, rows, dim), keys.block(0, shared * dim, end, dim),
            values.block(0, shared * dim, end, dim), out.block(row, head * dim, rows, dim));
    });
}

} // namespace kerf::core
