// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>
#include <cstring>

#include <fmt/format.h>

#include "core/base/json.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/onnx_proto.h"
#include "core/exporters/written_model.h"

namespace kerf::core {
namespace {

constexpr const char* kLayersKey = "kerf.layers";
constexpr double kFarBias = 1 << 29; ///< steps of a bias whose row may have a larger scale than in the run

enum OnnxType { kUInt8 = 2, kInt8 = 3, kFloat8E4M3 = 17, kFloat8E5M2 = 19, kUInt4 = 21, kInt4 = 22 };

std::int64_t numberOf(const onnx::NodeProto& node, std::string_view name, std::int64_t otherwise)
{
    for (const onnx::AttributeProto& attribute : node.attribute())
        if (attribute.name() == name)
            return attribute.i();
    return otherwise;
}

/// Where a layer's codes are read, and how their dimensions are rows and columns.
struct Reading {
    const onnx::NodeProto* node = nullptr; ///< DequantizeLinear or MatMulNBits
    int type = 0;
    bool isTurned = false; ///< stored as [columns, rows]
    LayerShape shape;
    std::int64_t block = 0;
};

std::string formatName(const Reading& reading, bool isOneScale, bool isAsymmetric)
{
    const std::string sharing = reading.block > 0 ? fmt::format("g{}", reading.block)
        : isOneScale                              ? std::string("tensor")
                                                  : std::string("channel");
    if (reading.type == kFloat8E4M3 || reading.type == kFloat8E5M2)
        return fmt::format("fp8-{}-{}", reading.type == kFloat8E4M3 ? "e4m3" : "e5m2", sharing);
    const bool isHalf = reading.type == kInt4 || reading.type == kUInt4;
    return fmt::format("int{}-{}{}", isHalf ? 4 : 8, sharing, isAsymmetric ? "-asym" : "");
}

class WrittenOnnx final : public WrittenModel {
public:
    WrittenOnnx(Checkpoint checkpoint, std::map<std::string, std::string> layers)
        : m_checkpoint(std::move(checkpoint))
        , m_layers(std::move(layers))
    {
    }

    const std::string& kind() const override { return m_kind; }
    std::vector<std::string> layers() const override
    {
        std::vector<std::string> names;
        for (const auto& [layer, tensor] : m_layers)
            names.push_back(layer);
        return names;
    }
    bool hasCodes() const override { return true; }
    Status check(const std::string& layer) const override
    {
        KERF_TRY(const QuantizedTensor tensor, read(layer));
        for (const float scale : tensor.scales)
            if (!(scale >= 0) || std::isinf(scale))
                return bad(layer, fmt::format("has the scale {}", scale));
        return {};
    }
    Result<std::optional<std::string>> hash(const std::string&) const override { return std::optional<std::string>(); }
    Result<std::string> difference(
        const std::string& layer, const WeightRef&, const QuantizedTensor& expected) const override
    {
        if (!m_layers.contains(layer))
            return std::string("format");
        KERF_TRY(const QuantizedTensor found, read(layer));
        std::string difference = differenceOf(expected, found);
        if (difference.empty())
            return difference;
        KERF_TRY(const bool isRaised, hasRaisedRows(layer, expected, found));
        return isRaised ? std::string() : difference;
    }
    std::optional<TensorSpec> carried(const std::string& name) const override
    {
        const TensorInfo* info = m_checkpoint.find(name);
        return info ? std::optional(TensorSpec { name, info->dtype, info->shape }) : std::nullopt;
    }
    Status lend(const std::string& name, const std::function<Status(std::span<const std::byte>)>& read) const override
    {
        return m_checkpoint.lend(name, read);
    }
    void release(const std::string& name) const override { m_checkpoint.release(name); }

private:
    tl::unexpected<Error> bad(const std::string& layer, const std::string& what) const
    {
        return fail(ErrorCode::BadFile, fmt::format("{}: layer {} {}", m_checkpoint.folder().string(), layer, what));
    }

    const onnx::NodeProto* readerOf(const std::string& tensor, int input) const
    {
        for (const onnx::NodeProto& node : m_checkpoint.onnx()->graph().node())
            if (node.input_size() > input && node.input(input) == tensor)
                return &node;
        return nullptr;
    }
    const onnx::NodeProto* makerOf(const std::string& value) const
    {
        for (const onnx::NodeProto& node : m_checkpoint.onnx()->graph().node())
            if (node.output_size() > 0 && node.output(0) == value)
                return &node;
        return nullptr;
    }
    const onnx::TensorProto* tensor(const std::string& name) const
    {
        for (const onnx::TensorProto& tensor : m_checkpoint.onnx()->graph().initializer())
            if (tensor.name() == name)
                return &tensor;
        return nullptr;
    }

    Result<Reading> readingOf(const std::string& layer) const
    {
        const std::string& codes = m_layers.at(layer);
        const onnx::TensorProto* stored = tensor(codes);
        Reading reading;
        if (!stored)
            return bad(layer, "has no codes: the tensor is missing");
        reading.type = stored->data_type();
        const auto& dims = stored->dims();
        if (const onnx::NodeProto* node = readerOf(codes, 1); node && node->op_type() == "MatMulNBits") {
            reading.node = node;
            reading.block = numberOf(*node, "block_size", 0);
            reading.type = numberOf(*node, "bits", 4) == 4 ? kUInt4 : kUInt8;
            reading.shape = { numberOf(*node, "N", 0), numberOf(*node, "K", 0) };
            return reading;
        }
        reading.node = readerOf(codes, 0);
        if (!reading.node || reading.node->op_type() != "DequantizeLinear" || dims.size() < 2)
            return bad(layer, "has codes that no DequantizeLinear or MatMulNBits reads");
        reading.block = numberOf(*reading.node, "block_size", 0);
        const std::int64_t axis = numberOf(*reading.node, "axis", 1);
        const bool isRecurrent = dims.size() == 3 && axis == (reading.block > 0 ? 2 : 1);
        reading.isTurned = dims.size() == 2 && axis == (reading.block > 0 ? 0 : 1);
        reading.shape.rows = isRecurrent || reading.isTurned ? dims[1] : dims[0];
        std::int64_t elements = 1;
        for (const std::int64_t size : dims)
            elements *= size;
        reading.shape.cols = elements / reading.shape.rows;
        return reading;
    }

    Result<QuantizedTensor> read(const std::string& layer) const
    {
        KERF_TRY(const Reading reading, readingOf(layer));
        const bool isNBits = reading.node->op_type() == "MatMulNBits";
        const int first = isNBits ? 2 : 1;
        KERF_TRY(const std::vector<std::byte> scaleBytes, m_checkpoint.bytes(reading.node->input(first)));
        std::vector<float> scales(scaleBytes.size() / sizeof(float));
        std::memcpy(scales.data(), scaleBytes.data(), scaleBytes.size());
        const bool hasZeros = reading.node->input_size() > first + 1;
        const bool isUnsigned = reading.type == kUInt8 || reading.type == kUInt4;
        const bool isAsymmetric = isUnsigned && (!isNBits || hasZeros);
        QuantizedTensor made;
        const bool isOneScale = tensor(reading.node->input(first))->dims_size() == 0;
        KERF_TRY(made.format, parseFormat(formatName(reading, isOneScale, isAsymmetric)));
        made.shape = reading.shape;
        const auto rows = static_cast<std::size_t>(reading.shape.rows);
        KERF_TRY(const std::vector<std::byte> codes, m_checkpoint.bytes(m_layers.at(layer)));
        made.codes = turned(
            unpacked(codes, rows * static_cast<std::size_t>(reading.shape.cols), reading.type), rows, reading.isTurned);
        if (const bool isSigned = reading.type == kInt8 || reading.type == kInt4; isSigned)
            for (std::uint8_t& code : made.codes)
                code ^= static_cast<std::uint8_t>(reading.type == kInt8 ? 0x80 : 0x08); // the lowest number is code 0
        made.scales = spread(turned(scales, rows, reading.isTurned && reading.block > 0), rows);
        if (isAsymmetric) {
            KERF_TRY(made.zeros, zerosOf(reading, isNBits, reading.node->input(first + 1), made.scales.size()));
        }
        return made;
    }

    Result<std::vector<float>> zerosOf(
        const Reading& reading, bool isNBits, const std::string& name, std::size_t count) const
    {
        KERF_TRY(const std::vector<std::byte> bytes, m_checkpoint.bytes(name));
        const auto rows = static_cast<std::size_t>(reading.shape.rows);
        std::vector<std::uint8_t> zeros;
        if (isNBits && reading.type == kUInt4) { // each row from a byte of its own
            const std::size_t width = bytes.size() / rows, groups = count / rows;
            for (std::size_t r = 0; r < rows; ++r) {
                const std::vector<std::byte> row(bytes.begin() + static_cast<std::ptrdiff_t>(r * width),
                    bytes.begin() + static_cast<std::ptrdiff_t>((r + 1) * width));
                const std::vector<std::uint8_t> own = unpacked(row, groups, kUInt4);
                zeros.insert(zeros.end(), own.begin(), own.end());
            }
        } else {
            const std::size_t stored = tensor(name)->dims_size() == 0 ? 1 : count;
            zeros = turned(unpacked(bytes, stored, reading.type), rows, reading.isTurned && reading.block > 0);
        }
        return spread(std::vector<float>(zeros.begin(), zeros.end()), rows);
    }

    static std::vector<std::uint8_t> unpacked(const std::vector<std::byte>& bytes, std::size_t count, int type)
    {
        const bool isHalf = type == kInt4 || type == kUInt4;
        std::vector<std::uint8_t> values(count);
        for (std::size_t i = 0; i < count; ++i)
            values[i] = isHalf ? (static_cast<unsigned>(bytes[i / 2]) >> (i % 2 * 4)) & 0x0fU
                               : static_cast<std::uint8_t>(bytes[i]);
        return values;
    }

    /// From [columns, rows] where it is so.
    template <class T> static std::vector<T> turned(std::vector<T> values, std::size_t rows, bool turns)
    {
        if (!turns)
            return values;
        const std::size_t cols = values.size() / rows;
        std::vector<T> made(values.size());
        for (std::size_t c = 0; c < cols; ++c)
            for (std::size_t r = 0; r < rows; ++r)
                made[r * cols + c] = values[c * rows + r];
        return made;
    }

    /// One number for all, as one for every row.
    static std::vector<float> spread(std::vector<float> values, std::size_t rows)
    {
        return values.size() == 1 ? std::vector<float>(rows, values.front()) : values;
    }

    /// Rows differ from the run's in a larger scale alone, with the nearest codes, and have a bias that needs it.
    Result<bool> hasRaisedRows(
        const std::string& layer, const QuantizedTensor& expected, const QuantizedTensor& found) const
    {
        KERF_TRY(const std::vector<std::int32_t> bias, biasOf(layer));
        const auto rows = static_cast<std::size_t>(expected.shape.rows);
        if (expected.shape.rows != found.shape.rows || expected.shape.cols != found.shape.cols || bias.size() != rows
            || expected.scales.size() != rows || found.scales.size() != rows)
            return false;
        const Matrix before = dequantize(expected), after = dequantize(found);
        for (std::size_t r = 0; r < rows; ++r) {
            const auto row = static_cast<Eigen::Index>(r);
            const bool isSame = before.row(row) == after.row(row) && expected.scales[r] == found.scales[r];
            const bool isNear = (before.row(row) - after.row(row)).cwiseAbs().maxCoeff() <= found.scales[r] * 0.50001F;
            const bool isFar = std::abs(static_cast<double>(bias[r])) >= kFarBias;
            if (!isSame && !(isFar && isNear && found.scales[r] > expected.scales[r]))
                return false;
        }
        return true;
    }

    /// The whole numbers of a layer's bias; none where it has none.
    Result<std::vector<std::int32_t>> biasOf(const std::string& layer) const
    {
        const onnx::NodeProto* weight = readerOf(m_layers.at(layer), 0);
        const onnx::NodeProto* node = weight ? readerOf(weight->output(0), 1) : nullptr;
        const onnx::NodeProto* bias = node && node->input_size() > 2 ? makerOf(node->input(2)) : nullptr;
        std::vector<std::int32_t> values;
        if (!bias || bias->op_type() != "DequantizeLinear")
            return values;
        KERF_TRY(const std::vector<std::byte> bytes, m_checkpoint.bytes(bias->input(0)));
        values.resize(bytes.size() / sizeof(std::int32_t));
        std::memcpy(values.data(), bytes.data(), values.size() * sizeof(std::int32_t));
        return values;
    }

    Checkpoint m_checkpoint;
    std::map<std::string, std::string> m_layers; ///< tensor of codes, by layer
    std::string m_kind = "onnx";
};

} // namespace

Result<WrittenModelPtr> openWrittenOnnx(const std::filesystem::path& file)
{
    KERF_TRY(Checkpoint checkpoint, Checkpoint::open(file));
    std::map<std::string, std::string> layers;
    for (const onnx::StringStringEntryProto& entry : checkpoint.onnx()->metadata_props()) {
        if (entry.key() != kLayersKey)
            continue;
        KERF_TRY(const Json json, parseJson(entry.value(), file.string()));
        for (const auto& [layer, tensor] : json.items())
            if (tensor.is_string())
                layers.emplace(layer, tensor.get<std::string>());
    }
    if (layers.empty())
        return fail(ErrorCode::BadFile, fmt::format("{}: does not say which layers are quantized", file.string()));
    return std::make_unique<const WrittenOnnx>(std::move(checkpoint), std::move(layers));
}

} // namespace kerf::core
