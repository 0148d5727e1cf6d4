// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/compressed_tensors_codec.h"

#include <algorithm>

#include "core/base/parallel.h"
#include "core/exporters/bit_packing.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kTileRows = 64;
constexpr std::size_t kFactorBytes = sizeof(float); ///< nvfp4's factor of the tensor, which stands before its scales

std::size_t wordsFor(std::int64_t count, int bits)
{
    return static_cast<std::size_t>((count * bits + 31) / 32);
}

std::int64_t groupsOf(const QuantizedRow& row)
{
    return row.layer->shape.cols / row.format->groupSize(row.layer->shape.cols);
}

/// The signed number of every code, a byte each.
std::vector<std::uint8_t> signedBytes(const std::vector<std::uint8_t>& codes, int bits)
{
    const int half = 1 << (bits - 1);
    std::vector<std::uint8_t> bytes(codes.size());
    std::ranges::transform(
        codes, bytes.begin(), [&](std::uint8_t code) { return static_cast<std::uint8_t>(code - half); });
    return bytes;
}

/// The format's signed value plus 2^(bits-1) is our code. Rows are padded to whole words.
std::vector<std::uint32_t> packCodes(const QuantizedTensor& tensor)
{
    const auto rows = static_cast<std::size_t>(tensor.shape.rows);
    const auto cols = static_cast<std::size_t>(tensor.shape.cols);
    const int bits = tensor.format->codeBits();
    const std::size_t rowWords = wordsFor(tensor.shape.cols, bits);
    std::vector<std::uint32_t> words(rows * rowWords);
    parallelFor((tensor.shape.rows + kTileRows - 1) / kTileRows, [&](std::int64_t tile) {
        const auto first = static_cast<std::size_t>(tile * kTileRows);
        for (std::size_t row = first; row < std::min(rows, first + kTileRows); ++row)
            packFields(tensor.codes.data() + row * cols, 1, cols, bits, words.data() + row * rowWords, 1);
    });
    return words;
}

/// Packed along the outputs: [ceil(out * bits / 32), groups].
std::vector<std::uint32_t> packZeros(const QuantizedTensor& tensor)
{
    const auto rows = static_cast<std::size_t>(tensor.shape.rows);
    const auto groups = static_cast<std::size_t>(tensor.groups());
    const int bits = tensor.format->codeBits();
    const std::vector<std::uint8_t> zeros = zeroCodes(tensor);
    std::vector<std::uint32_t> words(wordsFor(tensor.shape.rows, bits) * groups);
    for (std::size_t g = 0; g < groups; ++g)
        packFields(zeros.data() + g, groups, rows, bits, words.data() + g, groups);
    return words;
}

Result<std::vector<std::byte>> scaleBytes(const QuantizedRow& row, const QuantizedTensor& tensor)
{
    if (row.scaleType == DType::F32)
        return bytesOf(tensor.scales);
    KERF_TRY(const std::vector<std::uint16_t> scales, halfScales(row.layer->name, tensor));
    return bytesOf(scales);
}

class PackedIntegers final : public TensorsStore {
public:
    const char* name() const override { return "pack-quantized"; }
    std::vector<TensorSpec> specs(const QuantizedRow& row) const override
    {
        const auto& [rows, cols] = row.layer->shape;
        const int bits = row.format->codeBits();
        const std::string& layer = row.layer->name;
        std::vector<TensorSpec> specs { { layer + ".weight_packed", DType::I32,
                                            { rows, static_cast<std::int64_t>(wordsFor(cols, bits)) } },
            { layer + ".weight_scale", row.scaleType, { rows, groupsOf(row) } },
            { layer + ".weight_shape", DType::I64, { 2 } } };
        if (!row.format->isSymmetric())
            specs.push_back({ layer + ".weight_zero_point", DType::I32,
                { static_cast<std::int64_t>(wordsFor(rows, bits)), groupsOf(row) } });
        return specs;
    }
    Result<PackedBytes> pack(const QuantizedRow& row, const QuantizedTensor& tensor) const override
    {
        KERF_TRY(std::vector<std::byte> scales, scaleBytes(row, tensor));
        const std::vector<std::int64_t> shape { tensor.shape.rows, tensor.shape.cols };
        PackedBytes packed { bytesOf(packCodes(tensor)), std::move(scales), bytesOf(shape) };
        if (!tensor.format->isSymmetric())
            packed.push_back(bytesOf(packZeros(tensor)));
        return packed;
    }
};

/// A byte a weight, whatever its bits.
class PlainIntegers final : public TensorsStore {
public:
    const char* name() const override { return "int-quantized"; }
    std::vector<TensorSpec> specs(const QuantizedRow& row) const override
    {
        const auto& [rows, cols] = row.layer->shape;
        const std::string& layer = row.layer->name;
        std::vector<TensorSpec> specs { { layer + ".weight", DType::I8, { rows, cols } },
            { layer + ".weight_scale", row.scaleType, { rows, groupsOf(row) } } };
        if (!row.format->isSymmetric())
            specs.push_back({ layer + ".weight_zero_point", DType::I8, { rows, groupsOf(row) } });
        return specs;
    }
    Result<PackedBytes> pack(const QuantizedRow& row, const QuantizedTensor& tensor) const override
    {
        KERF_TRY(std::vector<std::byte> scales, scaleBytes(row, tensor));
        const int bits = tensor.format->codeBits();
        PackedBytes packed { bytesOf(signedBytes(tensor.codes, bits)), std::move(scales) };
        if (!tensor.format->isSymmetric())
            packed.push_back(bytesOf(signedBytes(zeroCodes(tensor), bits)));
        return packed;
    }
};

/// Weights of float8 E4M3, which are the codes, and float32 scales, as the format stores them.
class PlainFloats final : public TensorsStore {
public:
    explicit PlainFloats(const char* name)
        : m_name(name)
    {
    }
    const char* name() const override { return m_name; }
    std::vector<TensorSpec> specs(const QuantizedRow& row) const override
    {
        const auto& [rows, cols] = row.layer->shape;
        std::vector<std::int64_t> scales { rows, 1 };
        if (row.format->granularity() == Granularity::Tensor)
            scales = { 1 };
        if (row.format->granularity() == Granularity::Block)
            scales = { (rows + 127) / 128, groupsOf(row) };
        return { { row.layer->name + ".weight", DType::F8E4M3, { rows, cols } },
            { row.layer->name + ".weight_scale", DType::F32, scales } };
    }
    Result<PackedBytes> pack(const QuantizedRow&, const QuantizedTensor& tensor) const override
    {
        return PackedBytes { bytesOf(tensor.codes), bytesOf(tensor.stored) };
    }

private:
    const char* m_name;
};

/// OCP Microscaling: exponent bytes as they are; E2M1 two a byte, E4M3 as they are.
class Microscaled final : public TensorsStore {
public:
    explicit Microscaled(const char* name)
        : m_name(name)
    {
    }
    const char* name() const override { return m_name; }
    std::vector<TensorSpec> specs(const QuantizedRow& row) const override
    {
        const auto& [rows, cols] = row.layer->shape;
        const std::string& layer = row.layer->name;
        return { row.format->codeBits() == 4 ? TensorSpec { layer + ".weight_packed", DType::U8, { rows, cols / 2 } }
                                             : TensorSpec { layer + ".weight", DType::F8E4M3, { rows, cols } },
            { layer + ".weight_scale", DType::U8, { rows, groupsOf(row) } } };
    }
    Result<PackedBytes> pack(const QuantizedRow& row, const QuantizedTensor& tensor) const override
    {
        return PackedBytes { bytesOf(row.format->codeBits() == 4 ? nibbles(tensor.codes) : tensor.codes),
            bytesOf(tensor.stored) };
    }

private:
    const char* m_name;
};

/// E2M1 two a byte, an E4M3 scale for 16, and the factor by which all scales are divided (ModelOpt's multiplies).
class NvFloats final : public TensorsStore {
public:
    const char* name() const override { return "nvfp4-pack-quantized"; }
    std::vector<TensorSpec> specs(const QuantizedRow& row) const override
    {
        const auto& [rows, cols] = row.layer->shape;
        const std::string& layer = row.layer->name;
        return { { layer + ".weight_packed", DType::U8, { rows, cols / 2 } },
            { layer + ".weight_scale", DType::F8E4M3, { rows, groupsOf(row) } },
            { layer + ".weight_global_scale", DType::F32, { 1 } } };
    }
    Result<PackedBytes> pack(const QuantizedRow&, const QuantizedTensor& tensor) const override
    {
        const auto stored = std::as_bytes(std::span(tensor.stored));
        const auto factor = stored.first(kFactorBytes), scales = stored.subspan(kFactorBytes);
        return PackedBytes { bytesOf(nibbles(tensor.codes)), { scales.begin(), scales.end() },
            { factor.begin(), factor.end() } };
    }
};

} // namespace

const TensorsStore* tensorsStoreOf(const Format& format, ActivationFormat activation)
{
    static const PackedIntegers packed;
    static const PlainIntegers integers;
    static const PlainFloats floats("float-quantized"), lone("naive-quantized");
    static const Microscaled mxfp4("mxfp4-pack-quantized"), mxfp8("mxfp8-quantized");
    static const NvFloats nvfp4;
    const bool isAlone = activation == ActivationFormat::None;
    switch (format.family()) {
    case FormatFamily::Integer:
        if (format.isNested()) // one scale for the whole tensor
            return nullptr;
        if (isAlone)
            return &packed;
        return activation == ActivationFormat::Int8Token || activation == ActivationFormat::Int8Tensor ? &integers
                                                                                                       : nullptr;
    case FormatFamily::Float8:
        if (!format.name().starts_with("fp8-e4m3"))
            return nullptr;
        if (isAlone)
            return &lone;
        return format.granularity() != Granularity::Block ? &floats : nullptr;
    case FormatFamily::Microscaling: // beside anvfp4, which nvfp4 alone takes, they stand alone
        return format.name() == "nvfp4" ? static_cast<const TensorsStore*>(&nvfp4)
            : format.name() == "mxfp4"  ? &mxfp4
                                        : &mxfp8;
    default:
        return nullptr;
    }
}

} // namespace kerf::core
