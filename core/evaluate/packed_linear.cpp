// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/packed_linear.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/base/dtype.h"
#include "core/base/parallel.h"
#include "core/graph/linear.h"
#include "kernels/aligned_buffer.h"
#include "kernels/dense_linear.h"
#include "kernels/quantized_linear.h"

namespace kerf::core {
namespace {

/// Weights that one tile of a decoded token reads: long against the cost of a task, short enough to share out evenly.
constexpr std::int64_t kDecodeTileBytes = 24 << 10;
/// Row blocks of a tile when there are many tokens: shares one pass over the activations in the second-level cache.
constexpr std::int64_t kPrefillTileBlocks = 4;
/// Up to so many tokens a float weight is read as it lies, a tile of it for one token after the other from the first
/// cache; BLAS, which widens tiles to float32 first and is given one sequence at a time, is faster from then on.
constexpr std::int64_t kFewTokens = 32;
/// Tokens that one task prepares.
constexpr std::int64_t kPrepareTokens = 4 * kernels::kTokenTile;

std::int64_t tilesOf(std::int64_t count, std::int64_t tile)
{
    return (count + tile - 1) / tile;
}

kernels::ActivationView viewOf(const MatrixRef& x)
{
    return { x.data(), x.rows(), x.outerStride() };
}

class PackedLinear final : public LinearOperator {
public:
    PackedLinear(kernels::PackedMatrix weight, const kernels::QuantizedLinearKernel* kernel)
        : m_weight(std::move(weight))
        , m_kernel(kernel)
    {
        const std::int64_t pairBytes = std::max<std::int64_t>(1, 2 * m_weight.bytes() / m_weight.rowBlocks());
        m_decodeTileBlocks = 2 * std::max<std::int64_t>(1, kDecodeTileBytes / pairBytes);
    }

    LayerShape shape() const override { return { m_weight.rows(), m_weight.cols() }; }

    void apply(const MatrixRef& x, std::span<const std::int64_t>, MutableMatrixRef y) const override
    {
        const kernels::ActivationView view = viewOf(x);
        kernels::PreparedActivations prepared;
        m_kernel->allocate(m_weight, view.tokens, prepared);
        parallelFor(tilesOf(view.tokens, kPrepareTokens), [&](std::int64_t tile) {
            const std::int64_t first = tile * kPrepareTokens;
            m_kernel->prepare(m_weight, view, first, std::min(first + kPrepareTokens, view.tokens), prepared);
        });
        const std::int64_t blocks = view.tokens <= kernels::kTokenTile ? m_decodeTileBlocks : kPrefillTileBlocks;
        parallelFor(tilesOf(m_weight.rowBlocks(), blocks), [&](std::int64_t tile) {
            const std::int64_t first = tile * blocks;
            const std::int64_t last = std::min(first + blocks, m_weight.rowBlocks());
            m_kernel->multiply(m_weight, prepared, first, last, y.data(), y.outerStride());
        });
    }

private:
    kernels::PackedMatrix m_weight;
    const kernels::QuantizedLinearKernel* m_kernel;
    std::int64_t m_decodeTileBlocks = 1;
};

DType dtypeOf(kernels::DenseType type)
{
    return type == kernels::DenseType::BFloat16 ? DType::BF16
        : type == kernels::DenseType::Float16   ? DType::F16
                                                : DType::F32;
}

using Bytes = kernels::AlignedBuffer<std::byte>;

class StoredLinear final : public LinearOperator {
public:
    StoredLinear(kernels::DenseType type, Bytes data, LayerShape shape)
        : m_data(std::move(data))
        , m_weight { type, shape.rows, shape.cols, m_data.data() }
    {
    }

    LayerShape shape() const override { return { m_weight.rows, m_weight.cols }; }

    void apply(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef y) const override
    {
        if (x.rows() <= kFewTokens)
            applyFew(x, y);
        else
            applyMany(x, lengths, y);
    }

private:
    void applyFew(const MatrixRef& x, MutableMatrixRef& y) const
    {
        const kernels::DenseLinearKernel& kernel = *kernels::denseLinearKernels().front();
        const std::int64_t rowBytes = m_weight.cols * kernels::denseElementSize(m_weight.type);
        const std::int64_t rows
            = 4 * std::max<std::int64_t>(1, kDecodeTileBytes / (4 * std::max<std::int64_t>(1, rowBytes)));
        parallelFor(tilesOf(m_weight.rows, rows), [&](std::int64_t tile) {
            const std::int64_t first = tile * rows;
            kernel.multiply(
                m_weight, viewOf(x), first, std::min(first + rows, m_weight.rows), y.data(), y.outerStride());
        });
    }

    void applyMany(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef& y) const
    {
        multiplyDecoded(
            x, lengths, m_weight.rows,
            [this](std::int64_t first, MutableMatrixRef tile) {
                const auto size = static_cast<std::size_t>(kernels::denseElementSize(m_weight.type));
                const auto at = static_cast<std::size_t>(first * m_weight.cols);
                const auto count = static_cast<std::size_t>(tile.size());
                toFloat32(dtypeOf(m_weight.type),
                    std::span(m_data.data(), m_data.size()).subspan(at * size, count * size), { tile.data(), count });
            },
            y);
    }

    Bytes m_data;
    kernels::DenseMatrix m_weight;
};

/// Columns sorted by group when every group has as many columns as the format says; nullopt otherwise.
std::optional<std::vector<std::int32_t>> columnOrder(const QuantizedTensor& tensor)
{
    std::vector<std::int32_t> order(static_cast<std::size_t>(tensor.shape.cols));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
        [&](std::int32_t a, std::int32_t b) { return tensor.groupOf(a) < tensor.groupOf(b); });
    const std::int64_t groupSize = tensor.format->groupSize(tensor.shape.cols);
    for (std::size_t i = 0; i < order.size(); ++i)
        if (tensor.groupOf(order[i]) != static_cast<std::int64_t>(i) / groupSize)
            return std::nullopt;
    return order;
}

/// Elements in a 16-bit type when all of them are exact in it; empty otherwise.
Bytes narrow(const Matrix& weight, std::uint16_t (*toNarrow)(float), float (*toWide)(std::uint16_t))
{
    Bytes bytes(static_cast<std::size_t>(weight.size()) * 2);
    auto* to = reinterpret_cast<std::uint16_t*>(bytes.data());
    for (Eigen::Index i = 0; i < weight.size(); ++i) {
        to[i] = toNarrow(weight.data()[i]);
        if (toWide(to[i]) != weight.data()[i])
            return {};
    }
    return bytes;
}

} // namespace

Result<PackedLayer> packQuantized(const std::shared_ptr<const QuantizedTensor>& tensor)
{
    if (tensor->format->family() != FormatFamily::Integer)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("There is no packed kernel for {}, so its speed cannot be measured; its quality can.",
                tensor->format->name()));
    std::vector<std::int32_t> order;
    if (!tensor->groupIndex.empty()) {
        auto sorted = columnOrder(*tensor);
        if (!sorted) {
            const auto bytes = static_cast<std::int64_t>(tensor->codes.size() + tensor->scales.size() * 4);
            return PackedLayer { makeQuantizedLinear(tensor), bytes, "uneven groups through f32 BLAS" };
        }
        order = std::move(*sorted);
    }
    kernels::QuantizedMatrix source;
    source.rows = tensor->shape.rows;
    source.cols = tensor->shape.cols;
    source.groupSize = tensor->format->groupSize(tensor->shape.cols);
    source.bits = tensor->format->codeBits();
    source.codes = tensor->codes.data();
    source.scales = tensor->scales.data();
    const std::vector<std::uint8_t> zeros = zeroCodes(*tensor);
    source.zeros = zeros.data();
    source.columnOrder = order;
    kernels::PackedMatrix packed(source);
    const kernels::QuantizedLinearKernel* kernel = kernels::quantizedLinearKernels().front();
    PackedLayer layer { nullptr, packed.bytes(), fmt::format("{}-bit {}", packed.storedBits(), kernel->name) };
    layer.linear = std::make_shared<PackedLinear>(std::move(packed), kernel);
    return layer;
}

PackedLayer packFloat(const Matrix& weight)
{
    const LayerShape shape { weight.rows(), weight.cols() };
    const char* isa = kernels::denseLinearKernels().front()->name;
    const auto stored = [&](kernels::DenseType type, Bytes bytes, const char* name) {
        const auto size = static_cast<std::int64_t>(bytes.size());
        return PackedLayer { std::make_shared<StoredLinear>(type, std::move(bytes), shape), size,
            fmt::format("{} {}", name, isa) };
    };
    if (auto bytes = narrow(weight, floatToBfloat16, bfloat16ToFloat); !bytes.empty())
        return stored(kernels::DenseType::BFloat16, std::move(bytes), "bf16");
    if (auto bytes = narrow(weight, floatToHalf, halfToFloat); !bytes.empty())
        return stored(kernels::DenseType::Float16, std::move(bytes), "f16");
    const auto raw = std::as_bytes(std::span(weight.data(), static_cast<std::size_t>(weight.size())));
    Bytes copy(raw.size());
    std::ranges::copy(raw, copy.data());
    return stored(kernels::DenseType::Float32, std::move(copy), "f32");
}

} // namespace kerf::core
