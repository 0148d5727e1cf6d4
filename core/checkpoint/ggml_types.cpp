// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/ggml_types.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/base/parallel.h"

namespace kerf::core {
namespace {

constexpr std::array kTypes {
    GgmlType { 0, "F32", 1, 4, DType::F32 },
    GgmlType { 1, "F16", 1, 2, DType::F16 },
    GgmlType { 2, "Q4_0", 32, 18, {}, "q4_0" },
    GgmlType { 3, "Q4_1", 32, 20, {}, "q4_1" },
    GgmlType { 6, "Q5_0", 32, 22, {}, "q5_0" },
    GgmlType { 7, "Q5_1", 32, 24, {}, "q5_1" },
    GgmlType { 8, "Q8_0", 32, 34, {}, "q8_0" },
    GgmlType { 9, "Q8_1", 32, 36 },
    GgmlType { 10, "Q2_K", 256, 84, {}, "q2_k" },
    GgmlType { 11, "Q3_K", 256, 110, {}, "q3_k" },
    GgmlType { 12, "Q4_K", 256, 144, {}, "q4_k" },
    GgmlType { 13, "Q5_K", 256, 176, {}, "q5_k" },
    GgmlType { 14, "Q6_K", 256, 210, {}, "q6_k" },
    GgmlType { 15, "Q8_K", 256, 292 },
    GgmlType { 16, "IQ2_XXS", 256, 66 },
    GgmlType { 17, "IQ2_XS", 256, 74 },
    GgmlType { 18, "IQ3_XXS", 256, 98 },
    GgmlType { 19, "IQ1_S", 256, 50 },
    GgmlType { 20, "IQ4_NL", 32, 18, {}, "iq4_nl" },
    GgmlType { 21, "IQ3_S", 256, 110 },
    GgmlType { 22, "IQ2_S", 256, 82 },
    GgmlType { 23, "IQ4_XS", 256, 136, {}, "iq4_xs" },
    GgmlType { 24, "I8", 1, 1, DType::I8 },
    GgmlType { 25, "I16", 1, 2, DType::I16 },
    GgmlType { 26, "I32", 1, 4, DType::I32 },
    GgmlType { 27, "I64", 1, 8, DType::I64 },
    GgmlType { 28, "F64", 1, 8, DType::F64 },
    GgmlType { 29, "IQ1_M", 256, 56 },
    GgmlType { 30, "BF16", 1, 2, DType::BF16 },
    GgmlType { 34, "TQ1_0", 256, 54 },
    GgmlType { 35, "TQ2_0", 256, 66 },
    GgmlType { 39, "MXFP4", 32, 17, {}, "mxfp4" },
    GgmlType { 40, "NVFP4", 64, 36 },
};

using Bytes = const std::uint8_t*;

/// `count` bytes of two codes: their low halves, then their high halves.
void splitNibbles(Bytes from, std::size_t count, std::uint8_t* codes)
{
    for (std::size_t j = 0; j < count; ++j) {
        codes[j] = from[j] & 15;
        codes[j + count] = from[j] >> 4;
    }
}

/// Codes of Q5_0 and Q5_1: the fifth bits of 32 codes in four bytes, then their nibbles.
void splitFive(Bytes from, std::uint8_t* codes)
{
    splitNibbles(from + 4, 16, codes);
    for (std::size_t j = 0; j < 32; ++j)
        codes[j] = static_cast<std::uint8_t>(codes[j] | ((from[j / 8] >> (j % 8)) & 1) << 4);
}

/// Pairs of bits: byte l of 32 holds those of the columns l, l + 32, l + 64 and l + 96 of 128.
void splitPairs(Bytes from, std::uint8_t* codes)
{
    for (std::size_t j = 0; j < 256; ++j)
        codes[j] = (from[32 * (j / 128) + j % 32] >> (2 * (j % 128 / 32))) & 3;
}

/// Nibbles of Q4_K and Q5_K: byte l of 32 holds those of the columns l and l + 32 of 64.
void splitHalves(Bytes from, std::uint8_t* codes)
{
    for (std::size_t k = 0; k < 4; ++k)
        splitNibbles(from + 32 * k, 32, codes + 64 * k);
}

void splitQ6(Bytes low, Bytes high, std::uint8_t* codes)
{
    for (std::size_t j = 0; j < 256; ++j) {
        const std::size_t half = j / 128, quarter = j % 128 / 32, l = j % 32;
        const int nibble = low[64 * half + 32 * (quarter % 2) + l] >> (4 * (quarter / 2)) & 15;
        const int bits = high[32 * half + l] >> (2 * quarter) & 3;
        codes[j] = static_cast<std::uint8_t>(nibble | bits << 4);
    }
}

/// Where in a block the parameters stand that Format::readParams wants, in its order.
struct Part {
    std::size_t at;
    std::size_t count;
};

struct BlockLayout {
    std::string_view format;
    std::array<Part, 2> params;
    void (*codes)(Bytes block, std::uint8_t* codes);
};

constexpr std::array kLayouts {
    BlockLayout { "q4_0", { { { 0, 2 } } }, [](Bytes b, std::uint8_t* codes) { splitNibbles(b + 2, 16, codes); } },
    BlockLayout { "iq4_nl", { { { 0, 2 } } }, [](Bytes b, std::uint8_t* codes) { splitNibbles(b + 2, 16, codes); } },
    BlockLayout { "q4_1", { { { 0, 4 } } }, [](Bytes b, std::uint8_t* codes) { splitNibbles(b + 4, 16, codes); } },
    BlockLayout { "q5_0", { { { 0, 2 } } }, [](Bytes b, std::uint8_t* codes) { splitFive(b + 2, codes); } },
    BlockLayout { "q5_1", { { { 0, 4 } } }, [](Bytes b, std::uint8_t* codes) { splitFive(b + 4, codes); } },
    BlockLayout { "q8_0", { { { 0, 2 } } },
        [](Bytes b, std::uint8_t* codes) {
            for (std::size_t j = 0; j < 32; ++j)
                codes[j] = b[2 + j] ^ 0x80; // two's complement to the place among -128 … 127
        } },
    BlockLayout { "mxfp4", { { { 0, 1 } } }, [](Bytes b, std::uint8_t* codes) { splitNibbles(b + 1, 16, codes); } },
    BlockLayout {
        "q2_k", { { { 80, 4 }, { 0, 16 } } }, [](Bytes b, std::uint8_t* codes) { splitPairs(b + 16, codes); } },
    BlockLayout { "q3_k", { { { 108, 2 }, { 96, 12 } } },
        [](Bytes b, std::uint8_t* codes) {
            splitPairs(b + 32, codes);
            for (std::size_t j = 0; j < 256; ++j)
                codes[j] = static_cast<std::uint8_t>(codes[j] | ((b[j % 32] >> (j / 32)) & 1) << 2);
        } },
    BlockLayout {
        "q4_k", { { { 0, 4 }, { 4, 12 } } }, [](Bytes b, std::uint8_t* codes) { splitHalves(b + 16, codes); } },
    BlockLayout { "q5_k", { { { 0, 4 }, { 4, 12 } } },
        [](Bytes b, std::uint8_t* codes) {
            splitHalves(b + 48, codes);
            for (std::size_t j = 0; j < 256; ++j)
                codes[j] = static_cast<std::uint8_t>(codes[j] | ((b[16 + j % 32] >> (j / 32)) & 1) << 4);
        } },
    BlockLayout {
        "q6_k", { { { 208, 2 }, { 192, 16 } } }, [](Bytes b, std::uint8_t* codes) { splitQ6(b, b + 128, codes); } },
    BlockLayout { "iq4_xs", { { { 0, 2 }, { 2, 6 } } },
        [](Bytes b, std::uint8_t* codes) {
            for (std::size_t k = 0; k < 8; ++k)
                splitNibbles(b + 8 + 16 * k, 16, codes + 32 * k);
        } },
};

const BlockLayout& layoutOf(std::string_view format)
{
    return *std::ranges::find(kLayouts, format, &BlockLayout::format);
}

} // namespace

const GgmlType* findGgmlType(std::uint32_t id)
{
    const auto found = std::ranges::find(kTypes, id, &GgmlType::id);
    return found == kTypes.end() ? nullptr : &*found;
}

const GgmlType* findGgmlType(std::string_view name)
{
    const auto found = std::ranges::find(kTypes, name, &GgmlType::name);
    return found == kTypes.end() ? nullptr : &*found;
}

const GgmlType* findGgmlFormat(std::string_view format)
{
    const auto found = std::ranges::find(kTypes, format, &GgmlType::format);
    return format.empty() || found == kTypes.end() ? nullptr : &*found;
}

Result<QuantizedTensor> unpackGgml(const GgmlType& type, const LayerShape& shape, std::span<const std::byte> bytes)
{
    const BlockLayout& layout = layoutOf(type.format);
    QuantizedTensor tensor;
    KERF_TRY(tensor.format, parseFormat(type.format));
    tensor.shape = shape;
    tensor.codes.resize(static_cast<std::size_t>(shape.rows * shape.cols));
    const std::int64_t across = shape.cols / type.elements;
    const std::size_t width = layout.params[0].count + layout.params[1].count;
    std::vector<std::uint8_t> stored(static_cast<std::size_t>(shape.rows * across) * width);
    const auto* data = reinterpret_cast<Bytes>(bytes.data());
    parallelFor(shape.rows, [&](std::int64_t row) {
        for (std::int64_t i = row * across; i < (row + 1) * across; ++i) {
            Bytes block = data + i * type.bytes;
            layout.codes(block, tensor.codes.data() + i * type.elements);
            std::uint8_t* out = stored.data() + static_cast<std::size_t>(i) * width;
            for (const Part& part : layout.params)
                out = std::copy_n(block + part.at, part.count, out);
        }
    });
    KERF_TRY(const GroupParams params, tensor.format->readParams(shape, stored));
    tensor.setParams(params);
    return tensor;
}

} // namespace kerf::core
