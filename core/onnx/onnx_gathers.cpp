// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <fmt/format.h>

#include "core/graph/ops/gather.h"
#include "core/graph/ops/re_row.h"
#include "core/onnx/movement.h"
#include "core/onnx/onnx_node.h"

namespace kerf::core {
namespace {

/// Rows of a constant table by numbers that are an input of the network: an embedding.
Status readTable(OnnxNode& node)
{
    const OnnxValue &table = node.input(0), &indices = node.input(1);
    OnnxParts& parts = node.parts();
    if (!table.isConstant() || table.dims.size() != 2 || !parts.isIndex(indices))
        return fail(ErrorCode::BadFile,
            "picks by numbers that are computed while the network runs; Kerf knows only tables that are read by an "
            "input.");
    KERF_TRY(const ParameterId rows, parts.table(table));
    const ValueId picked = parts.builder().add(gatherOp(), Gather {}, { indices.value }, { rows });
    Shape dims = indices.dims;
    dims.push_back(table.dims[1]);
    const ValueId made = parts.builder().add(reRowOp(), ReRow { 1, dims }, { picked });
    KERF_CHECK(parts.builder().status());
    node.set(0, { table.type, dims, {}, made });
    return {};
}

Status readGather(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(2, 2));
    const Shape& dims = node.input(0).dims;
    KERF_TRY(const std::int64_t given, node.integer("axis", 0));
    KERF_TRY(const std::size_t axis, axisOf(given, dims.size()));
    if (!node.input(1).isConstant() && axis == 0)
        return readTable(node);
    KERF_TRY(const OnnxArray indices, node.constant(1));
    KERF_TRY(const Rearrange moves, picked(dims, axis, toWhole(indices.values)));
    KERF_TRY(const OnnxValue made, node.move(moves, { &node.input(0) }));
    Shape shape(dims.begin(), dims.begin() + static_cast<std::ptrdiff_t>(axis));
    shape.insert(shape.end(), indices.dims.begin(), indices.dims.end());
    shape.insert(shape.end(), dims.begin() + static_cast<std::ptrdiff_t>(axis) + 1, dims.end());
    KERF_TRY(OnnxValue picked, node.reshape(made, shape));
    node.set(0, std::move(picked));
    return {};
}

/// Slices of the front dimensions, by numbers that are known before: [n0, n1, ...] at indices [..., k].
Status readGatherNd(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(2, 2));
    KERF_TRY(const std::int64_t batch, node.integer("batch_dims", 0));
    KERF_TRY(const OnnxArray indices, node.constant(1));
    const Shape& dims = node.input(0).dims;
    const std::int64_t depth = indices.dims.empty() ? 0 : indices.dims.back();
    if (batch != 0 || depth < 1 || depth > static_cast<std::int64_t>(dims.size()))
        return fail(ErrorCode::BadFile,
            fmt::format("picks {} of {} dimensions and {} for each sample; Kerf picks with batch_dims 0.", depth,
                dims.size(), batch));
    std::vector<std::int64_t> flat;
    for (std::size_t i = 0; i < indices.values.size(); i += static_cast<std::size_t>(depth)) {
        std::int64_t index = 0;
        for (std::size_t j = 0; j < static_cast<std::size_t>(depth); ++j) {
            const std::int64_t given = toWhole(indices.values[i + j]);
            if (given < -dims[j] || given >= dims[j])
                return fail(ErrorCode::BadFile, fmt::format("picks {} of {} elements.", given, dims[j]));
            index = index * dims[j] + (given < 0 ? given + dims[j] : given);
        }
        flat.push_back(index);
    }
    Shape inner(dims.begin() + depth, dims.end()), shape(indices.dims.begin(), indices.dims.end() - 1);
    shape.insert(shape.end(), inner.begin(), inner.end());
    inner.insert(inner.begin(), elementCount({ dims.begin(), dims.begin() + depth }));
    KERF_TRY(const OnnxValue rows, node.reshape(node.input(0), inner));
    KERF_TRY(const Rearrange moves, picked(inner, 0, flat));
    KERF_TRY(const OnnxValue made, node.move(moves, { &rows }));
    KERF_TRY(OnnxValue shaped, node.reshape(made, shape));
    node.set(0, std::move(shaped));
    return {};
}

} // namespace

std::span<const OnnxOperator> onnxGathers()
{
    static const OnnxOperator rows[] = {
        { "Gather", readGather },
        { "GatherND", readGatherNd, 11 },
    };
    return rows;
}

} // namespace kerf::core
