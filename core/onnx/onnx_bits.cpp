// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/checkpoint/onnx_proto.h"
#include "core/onnx/onnx_linear.h"
#include "core/onnx/onnx_node.h"

namespace kerf::core {
namespace {

enum Input : std::size_t { kX, kCodes, kScales, kZeros, kGroups, kBias };

/// The weight of a MatMulNBits: blocks along the columns of each row, the last cut short.
struct Blocks {
    std::int64_t rows = 0, cols = 0, bits = 4, size = 0, count = 0; ///< `count` in each row

    std::int64_t bytes() const { return size * bits / 8; } ///< of a block
    std::int64_t zeroBytes() const { return (count * bits + 7) / 8; } ///< of a row's zero points
};

/// Field `index` of a row of such fields, low bits first.
std::uint8_t field(const double* bytes, std::int64_t bits, std::int64_t index)
{
    const auto byte = static_cast<unsigned>(bytes[index * bits / 8]);
    return static_cast<std::uint8_t>(byte >> (index * bits % 8) & ((1U << bits) - 1));
}

Result<Blocks> blocksOf(OnnxNode& node)
{
    Blocks blocks;
    KERF_TRY(blocks.cols, node.integer("K", 0));
    KERF_TRY(blocks.rows, node.integer("N", 0));
    KERF_TRY(blocks.bits, node.integer("bits", 4));
    KERF_TRY(blocks.size, node.integer("block_size", 0));
    constexpr std::int64_t most = std::int64_t { 1 } << 30; // products stay far from 64 bits
    const bool isPossible = blocks.cols > 0 && blocks.cols < most && blocks.rows > 0 && blocks.rows < most
        && (blocks.bits == 2 || blocks.bits == 4 || blocks.bits == 8) && blocks.size >= 16 && blocks.size < most
        && (blocks.size & (blocks.size - 1)) == 0;
    if (!isPossible)
        return fail(ErrorCode::BadFile,
            fmt::format("has N {}, K {}, {} bits and blocks of {}: 2, 4 or 8 bits and a power of two from 16 on are "
                        "needed.",
                blocks.rows, blocks.cols, blocks.bits, blocks.size));
    blocks.count = (blocks.cols + blocks.size - 1) / blocks.size;
    return blocks;
}

/// A constant input of so many elements. Errors: BadFile.
Result<OnnxArray> elementsOf(const OnnxNode& node, std::size_t input, std::int64_t count)
{
    KERF_TRY(OnnxArray array, node.constant(input));
    if (elementCount(array.dims) != count)
        return fail(ErrorCode::BadFile,
            fmt::format("has input {} ({}) of [{}]; by N, K, bits and block_size it should have {} elements.", input,
                node.proto().input(static_cast<int>(input)), fmt::join(array.dims, ", "), count));
    return array;
}

/// Zero points by group; those that are left out are the middle of the codes. Nothing: they are no codes.
Result<std::optional<std::vector<std::uint8_t>>> zerosOf(const OnnxNode& node, const Blocks& blocks)
{
    std::vector<std::uint8_t> zeros(
        static_cast<std::size_t>(blocks.rows * blocks.count), static_cast<std::uint8_t>(1U << (blocks.bits - 1)));
    if (!node.has(kZeros))
        return zeros;
    if (!isWholeNumber(node.input(kZeros).type))
        return std::nullopt;
    KERF_TRY(const OnnxArray stored, elementsOf(node, kZeros, blocks.rows * blocks.zeroBytes()));
    for (std::int64_t row = 0; row < blocks.rows; ++row)
        for (std::int64_t i = 0; i < blocks.count; ++i)
            zeros[static_cast<std::size_t>(row * blocks.count + i)]
                = field(stored.values.data() + row * blocks.zeroBytes(), blocks.bits, i);
    return zeros;
}

Result<OnnxCodes> codesOf(const OnnxNode& node, const Blocks& blocks)
{
    KERF_TRY(const OnnxArray stored, elementsOf(node, kCodes, blocks.rows * blocks.count * blocks.bytes()));
    KERF_TRY(const OnnxArray scales, elementsOf(node, kScales, blocks.rows * blocks.count));
    if (stored.type != DType::U8
        || std::ranges::any_of(scales.values, [](double scale) { return !std::isfinite(scale); }))
        return fail(ErrorCode::BadFile,
            fmt::format("has codes ({}) that are no bytes, or scales ({}) that are no numbers.",
                node.proto().input(kCodes), node.proto().input(kScales)));
    OnnxCodes codes;
    for (const std::size_t input : { kCodes, kScales, kZeros })
        if (node.has(input) && !node.input(input).constant->tensor().empty())
            codes.tensors.push_back(node.input(input).constant->tensor());
    codes.bits = static_cast<int>(blocks.bits);
    codes.scales.assign(scales.values.begin(), scales.values.end());
    for (std::int64_t row = 0; row < blocks.rows; ++row)
        for (std::int64_t col = 0; col < blocks.cols; ++col) {
            const double* bytes = stored.values.data() + row * blocks.count * blocks.bytes();
            codes.codes.push_back(field(bytes, blocks.bits, col));
            codes.groups.push_back(static_cast<std::int32_t>(row * blocks.count + col / blocks.size));
        }
    return codes;
}

/// Zero points that are numbers between codes: as the floats that they come to.
Result<OnnxValue> decodedWith(const OnnxNode& node, const Blocks& blocks, const OnnxCodes& codes)
{
    KERF_TRY(const OnnxArray zeros, elementsOf(node, kZeros, blocks.rows * blocks.count));
    OnnxArray made { DType::F32, { blocks.rows, blocks.cols }, {} };
    for (std::size_t i = 0; i < codes.codes.size(); ++i) {
        const auto group = static_cast<std::size_t>(codes.groups[i]);
        const float level = static_cast<float>(codes.codes[i]) - static_cast<float>(zeros.values[group]);
        made.values.push_back(static_cast<double>(level * codes.scales[group]));
    }
    return constantValue(std::move(made));
}

/// x W of codes in blocks (docs/ContribOperators.md of microsoft/onnxruntime).
Status readMatMulNBits(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(3, 6));
    if (node.has(kGroups))
        return fail(ErrorCode::BadFile,
            fmt::format("has columns that choose their groups (g_idx, {}), which Kerf does not read. Quantize without "
                        "act-order.",
                node.proto().input(kGroups)));
    KERF_TRY(const Blocks blocks, blocksOf(node));
    KERF_TRY(const std::int64_t level, node.integer("accuracy_level", 0));
    KERF_TRY(OnnxCodes codes, codesOf(node, blocks));
    KERF_TRY(std::optional<std::vector<std::uint8_t>> zeros, zerosOf(node, blocks));
    OnnxValue weight;
    if (zeros) {
        codes.zeros = std::move(*zeros);
        weight = constantValue({ blocks.rows, blocks.cols }, std::make_shared<const OnnxCodes>(std::move(codes)));
    } else {
        KERF_TRY(weight, decodedWith(node, blocks, codes));
    }
    if (level == 4)
        node.parts().note({ NoteKind::Quantized,
            "Inputs of MatMulNBits nodes with accuracy_level 4 are used as they are; onnxruntime rounds them to 8 bits "
            "there.",
            { node.proto().name() } });
    return readLinear(
        node, weight, WeightLayout::OutIn, node.has(kBias) ? std::optional<std::size_t>(kBias) : std::nullopt);
}

} // namespace

std::span<const OnnxOperator> onnxBits()
{
    static const OnnxOperator rows[] = { { "MatMulNBits", readMatMulNBits, 1, "com.microsoft" } };
    return rows;
}

} // namespace kerf::core
