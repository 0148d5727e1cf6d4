// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/ggml_packing.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/base/parallel.h"
#include "core/exporters/folder_writer.h"
#include "core/format/ggml_type.h"

namespace kerf::core {
namespace {

using Codes = const std::uint8_t*;
using Block = std::uint8_t*;

void set(Block block, std::size_t at, int bits)
{
    block[at] = static_cast<std::uint8_t>(block[at] | bits);
}

/// The first half of the codes in low halves of bytes, the second half in their high halves.
template <std::size_t At, std::size_t Count> void nibbles(Codes codes, Block block)
{
    for (std::size_t j = 0; j < Count; ++j)
        set(block, At + j, (codes[j] & 15) | (codes[j + Count] & 15) << 4);
}

/// Fifth bits, one a code.
template <std::size_t At> void fifthBits(Codes codes, Block block)
{
    for (std::size_t j = 0; j < 32; ++j)
        set(block, At + j / 8, (codes[j] >> 4) << (j % 8));
}

/// 128 columns in 32 bytes: each has bits of the columns l, l + 32, l + 64, l + 96.
template <std::size_t At> void pairs(Codes codes, Block block)
{
    for (std::size_t half = 0; half < 2; ++half)
        for (std::size_t quarter = 0; quarter < 4; ++quarter)
            for (std::size_t l = 0; l < 32; ++l)
                set(block, At + 32 * half + l,
                    (codes[128 * half + 32 * quarter + l] & 3) << static_cast<int>(2 * quarter));
}

/// One bit of each of 256 codes: byte l holds those of the columns l, l + 32, …
template <std::size_t At, int Bit> void planes(Codes codes, Block block)
{
    for (std::size_t step = 0; step < 8; ++step)
        for (std::size_t l = 0; l < 32; ++l)
            set(block, At + l, (codes[32 * step + l] >> Bit & 1) << static_cast<int>(step));
}

template <std::size_t At> void fourNibbles(Codes codes, Block block)
{
    for (std::size_t k = 0; k < 4; ++k)
        nibbles<0, 32>(codes + 64 * k, block + At + 32 * k);
}

void packQ6(Codes codes, Block block)
{
    constexpr std::size_t kHigh = 128;
    for (std::size_t half = 0; half < 2; ++half)
        for (std::size_t l = 0; l < 32; ++l) {
            Codes of = codes + 128 * half + l;
            set(block, 64 * half + l, (of[0] & 15) | (of[64] & 15) << 4);
            set(block, 64 * half + 32 + l, (of[32] & 15) | (of[96] & 15) << 4);
            set(block, kHigh + 32 * half + l, of[0] >> 4 | of[32] >> 4 << 2 | of[64] >> 4 << 4 | of[96] >> 4 << 6);
        }
}

/// A stretch of the parameters of a block, in the order of QuantizedTensor::stored, and where it stands.
struct Stretch {
    std::size_t at, count;
};
struct Packing {
    std::string_view format;
    std::int64_t elements;
    std::size_t bytes;
    std::array<Stretch, 2> params;
    void (*pack)(Codes codes, Block block);
};

constexpr std::array kPackings {
    Packing { "q4_0", 32, 18, { { { 0, 2 } } }, nibbles<2, 16> },
    Packing { "iq4_nl", 32, 18, { { { 0, 2 } } }, nibbles<2, 16> },
    Packing { "q4_1", 32, 20, { { { 0, 4 } } }, nibbles<4, 16> },
    Packing { "q5_0", 32, 22, { { { 0, 2 } } },
        [](Codes codes, Block block) {
            fifthBits<2>(codes, block);
            nibbles<6, 16>(codes, block);
        } },
    Packing { "q5_1", 32, 24, { { { 0, 4 } } },
        [](Codes codes, Block block) {
            fifthBits<4>(codes, block);
            nibbles<8, 16>(codes, block);
        } },
    Packing { "q8_0", 32, 34, { { { 0, 2 } } },
        [](Codes codes, Block block) {
            for (std::size_t j = 0; j < 32; ++j)
                block[2 + j] = static_cast<std::uint8_t>(codes[j] - 128);
        } },
    Packing { "mxfp4", 32, 17, { { { 0, 1 } } }, nibbles<1, 16> },
    Packing { "q2_k", 256, 84, { { { 80, 4 }, { 0, 16 } } }, pairs<16> },
    Packing { "q3_k", 256, 110, { { { 108, 2 }, { 96, 12 } } },
        [](Codes codes, Block block) {
            planes<0, 2>(codes, block);
            pairs<32>(codes, block);
        } },
    Packing { "q4_k", 256, 144, { { { 0, 4 }, { 4, 12 } } }, fourNibbles<16> },
    Packing { "q5_k", 256, 176, { { { 0, 4 }, { 4, 12 } } },
        [](Codes codes, Block block) {
            planes<16, 4>(codes, block);
            fourNibbles<48>(codes, block);
        } },
    Packing { "q6_k", 256, 210, { { { 208, 2 }, { 192, 16 } } }, packQ6 },
    Packing { "iq4_xs", 256, 136, { { { 0, 2 }, { 2, 6 } } },
        [](Codes codes, Block block) {
            for (std::size_t k = 0; k < 8; ++k)
                nibbles<0, 16>(codes + 32 * k, block + 8 + 16 * k);
        } },
};

const Packing* findPacking(std::string_view format)
{
    const auto found = std::ranges::find(kPackings, format, &Packing::format);
    return found == kPackings.end() ? nullptr : &*found;
}

/// The parameters of every block: as the format stores them, or the float16 scale of the group that it lies in.
Result<std::vector<std::uint8_t>> blockParams(
    const std::string& layer, const QuantizedTensor& tensor, const Packing& packing)
{
    if (tensor.format->name() == packing.format)
        return tensor.stored;
    KERF_TRY(const std::vector<std::uint16_t> scales, halfScales(layer, tensor));
    const std::int64_t group = tensor.format->groupSize(tensor.shape.cols),
                       across = tensor.shape.cols / packing.elements;
    std::vector<std::uint8_t> params;
    for (std::int64_t row = 0; row < tensor.shape.rows; ++row)
        for (std::int64_t block = 0; block < across; ++block) {
            const std::uint16_t scale
                = scales[static_cast<std::size_t>(row * tensor.groups() + block * packing.elements / group)];
            params.push_back(static_cast<std::uint8_t>(scale & 255));
            params.push_back(static_cast<std::uint8_t>(scale >> 8));
        }
    return params;
}

} // namespace

Result<std::vector<std::byte>> packGgml(const std::string& layer, const QuantizedTensor& tensor)
{
    KERF_CHECK(requirePlainGroups(layer, tensor));
    const Packing& packing = *findPacking(ggmlFormatOf(*tensor.format, tensor.shape.cols));
    KERF_TRY(const std::vector<std::uint8_t> params, blockParams(layer, tensor, packing));
    const std::int64_t across = tensor.shape.cols / packing.elements;
    const std::size_t width = packing.params[0].count + packing.params[1].count;
    std::vector<std::byte> bytes(static_cast<std::size_t>(tensor.shape.rows * across) * packing.bytes);
    if (params.size() != static_cast<std::size_t>(tensor.shape.rows * across) * width)
        return fail(ErrorCode::Internal, layer + ": has another number of stored parameters than its format needs");
    parallelFor(tensor.shape.rows, [&](std::int64_t row) {
        for (auto i = static_cast<std::size_t>(row * across); i < static_cast<std::size_t>((row + 1) * across); ++i) {
            auto* block = reinterpret_cast<Block>(bytes.data()) + i * packing.bytes;
            packing.pack(tensor.codes.data() + i * static_cast<std::size_t>(packing.elements), block);
            const std::uint8_t* from = params.data() + i * width;
            for (const Stretch& stretch : packing.params) {
                std::copy_n(from, stretch.count, block + stretch.at);
                from += stretch.count;
            }
        }
    });
    return bytes;
}

} // namespace kerf::core
