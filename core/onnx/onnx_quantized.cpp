// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <cstring>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/checkpoint/onnx_file.h"
#include "core/checkpoint/onnx_proto.h"
#include "core/graph/ops/binary.h"
#include "core/graph/ops/linear_codes.h"
#include "core/onnx/movement.h"
#include "core/onnx/onnx_node.h"

namespace kerf::core {
namespace {

enum Input : std::size_t { kNumbers, kScale, kZero };

/// What codes can be.
struct CodeType {
    int onnx;
    DType type; ///< in which they are carried
    int bits;
    float low, high;
};
constexpr CodeType kCodeTypes[] = {
    { onnx::TensorProto::UINT8, DType::U8, 8, 0, 255 },
    { onnx::TensorProto::INT8, DType::I8, 8, -128, 127 },
    { onnx::TensorProto::UINT16, DType::U16, 16, 0, 65535 },
    { onnx::TensorProto::INT16, DType::I16, 16, -32768, 32767 },
    { onnx::TensorProto::INT32, DType::I32, 32, -2147483648.0f, 2147483648.0f },
    { kOnnxUInt4, DType::U8, 4, 0, 15 },
    { kOnnxInt4, DType::I8, 4, -8, 7 },
    { kOnnxFloat8E4M3, DType::F8E4M3, 8, 0, 0 },
    { kOnnxFloat8E5M2, DType::F8E5M2, 8, 0, 0 },
};

bool isFloat8(const CodeType& type)
{
    return type.type == DType::F8E4M3 || type.type == DType::F8E5M2;
}

/// "input 1 (conv.weight_scale)"
std::string inputText(const OnnxNode& node, std::size_t input)
{
    return fmt::format("input {} ({})", input, node.proto().input(static_cast<int>(input)));
}

Result<CodeType> codeTypeOf(const OnnxNode& node, std::size_t input)
{
    const OnnxValue& value = node.input(input);
    const int file = value.isConstant() ? value.constant->fileType() : 0;
    for (const CodeType& type : kCodeTypes)
        if (file != 0 ? type.onnx == file : type.type == value.type)
            return type;
    return fail(ErrorCode::BadFile,
        fmt::format("has {} of type {}, which are no codes.", inputText(node, input), dtypeName(value.type)));
}

/// Of what QuantizeLinear makes: by its zero points, else as it says, else unsigned bytes.
Result<CodeType> madeType(OnnxNode& node)
{
    KERF_TRY(const std::int64_t wanted, node.integer("output_dtype", 0));
    if (node.has(kZero))
        return codeTypeOf(node, kZero);
    for (const CodeType& type : kCodeTypes)
        if (wanted == 0 || type.onnx == wanted) // else the first, unsigned bytes
            return type;
    return fail(ErrorCode::BadFile, fmt::format("makes codes of the ONNX type {}, which Kerf does not know.", wanted));
}

/// Which elements share a scale, by the scale's dimensions: one for all, one for each place of an axis, or one for each
/// block along it. Errors: BadFile.
Status setSharing(OnnxNode& node, const Shape& dims, const Shape& scale, LinearCodes& codes)
{
    KERF_TRY(const std::int64_t block, node.integer("block_size", 0));
    KERF_TRY(const std::int64_t given, node.integer("axis", 1));
    if (elementCount(scale) == 1 && scale.size() <= 1 && block == 0)
        return {};
    KERF_TRY(const std::size_t axis, axisOf(given, dims.size()));
    const std::int64_t size = dims[axis], shown = block > 0 ? block : 1;
    Shape wanted { size };
    if (block > 0) {
        wanted = dims;
        wanted[axis] = size / shown + (size % shown != 0 ? 1 : 0);
    }
    if (block < 0 || scale != wanted)
        return fail(ErrorCode::BadFile,
            fmt::format(
                "has {} of [{}] for numbers of [{}] along axis {} in blocks of {} (0: none): [{}] or one number "
                "is needed.",
                inputText(node, kScale), fmt::join(scale, ", "), fmt::join(dims, ", "), axis, block,
                fmt::join(wanted, ", ")));
    codes.axis = size;
    codes.block = shown;
    codes.inner = elementCount({ dims.begin() + static_cast<std::ptrdiff_t>(axis) + 1, dims.end() });
    codes.axisStep = block > 0 ? codes.inner : 1;
    codes.innerStep = block > 0 ? 1 : 0;
    codes.outerStep = block > 0 ? codes.inner * wanted[axis] : 0;
    return {};
}

Status setScales(OnnxNode& node, bool isDecoding, LinearCodes& codes)
{
    KERF_TRY(const OnnxArray scales, node.constant(kScale));
    if (isWholeNumber(scales.type))
        return fail(ErrorCode::BadFile, fmt::format("has {} of whole numbers.", inputText(node, kScale)));
    for (const double scale : scales.values) {
        if (!std::isfinite(scale) || (!isDecoding && scale == 0))
            return fail(ErrorCode::BadFile,
                fmt::format("has a scale in {} that is {}. Quantize the network again with data that are numbers.",
                    inputText(node, kScale), scale));
        codes.scales.push_back(static_cast<float>(scale));
    }
    codes.zeros.assign(codes.scales.size(), 0);
    return {};
}

/// Numbers of a file that stand one by one can be anything.
Status requireCodes(const OnnxNode& node, std::size_t input, const OnnxArray& array, const CodeType& type)
{
    for (const double value : array.values)
        if (value < static_cast<double>(type.low) || value > static_cast<double>(type.high))
            return fail(ErrorCode::BadFile,
                fmt::format(
                    "has {} in {}, whose codes go from {} to {}.", value, inputText(node, input), type.low, type.high));
    return {};
}

/// @param type Of the codes.
Status setZeros(OnnxNode& node, const CodeType& type, LinearCodes& codes)
{
    if (!node.has(kZero))
        return {};
    KERF_TRY(const CodeType zeroType, codeTypeOf(node, kZero));
    const bool isSame
        = type.type == zeroType.type && (type.bits == zeroType.bits || !node.input(kNumbers).isConstant());
    const std::size_t count = static_cast<std::size_t>(elementCount(node.input(kZero).dims));
    const bool isOneEach = count == 1 && codes.scales.size() == 1;
    if (!isSame || (!isOneEach && node.input(kZero).dims != node.input(kScale).dims))
        return fail(ErrorCode::BadFile,
            fmt::format("has {} of {} bits, type {}, [{}]; that of its codes has {} bits, type {}, and [{}] as the "
                        "scale.",
                inputText(node, kZero), zeroType.bits, dtypeName(zeroType.type),
                fmt::join(node.input(kZero).dims, ", "), type.bits, dtypeName(type.type),
                fmt::join(node.input(kScale).dims, ", ")));
    if (isFloat8(type))
        return {}; // only 0 is allowed there, in bytes that are not computed with
    KERF_TRY(const OnnxArray zeros, node.constant(kZero));
    KERF_CHECK(requireCodes(node, kZero, zeros, type));
    codes.zeros.assign(zeros.values.begin(), zeros.values.end());
    return {};
}

Result<LinearCodes> gridOf(OnnxNode& node, const CodeType& type, bool isDecoding)
{
    LinearCodes codes;
    codes.isDecoding = isDecoding;
    codes.low = type.low;
    codes.high = type.high;
    node.ignore({ "saturate" }); // of float8
    if (elementCount(node.input(kNumbers).dims) == 0)
        return fail(ErrorCode::BadFile, fmt::format("has {} without elements.", inputText(node, kNumbers)));
    KERF_CHECK(setSharing(node, node.input(kNumbers).dims, node.input(kScale).dims, codes));
    KERF_CHECK(setScales(node, isDecoding, codes));
    KERF_CHECK(setZeros(node, type, codes));
    return codes;
}

Status readQuantize(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(2, 3));
    KERF_TRY(const CodeType type, madeType(node));
    if (isFloat8(type) || type.bits > 16)
        return fail(ErrorCode::BadFile,
            fmt::format("makes codes of the ONNX type {} while the network runs, which Kerf does not.", type.onnx));
    KERF_TRY(const std::int64_t precision, node.integer("precision", 0));
    if (precision > 1)
        return fail(ErrorCode::BadFile, fmt::format("divides in the ONNX type {}; Kerf does in float32.", precision));
    KERF_TRY(LinearCodes codes, gridOf(node, type, false));
    return node.setAs(type.type, node.apply(linearCodesOp(), std::move(codes), { &node.input(kNumbers) }));
}

/// Codes of a constant as bytes, integers from the lowest on. Errors: BadFile.
Result<std::vector<std::uint8_t>> bytesOf(const OnnxNode& node, const CodeType& type)
{
    const OnnxConstant& constant = *node.input(kNumbers).constant;
    std::vector<std::uint8_t> bytes;
    if (isFloat8(type) && constant.tensor().empty())
        return fail(ErrorCode::BadFile, fmt::format("has {} as single float8 numbers.", inputText(node, kNumbers)));
    if (type.bits == 8 && !constant.tensor().empty()) {
        KERF_TRY(const std::vector<std::byte> stored, node.parts().checkpoint().bytes(constant.tensor()));
        bytes.resize(stored.size());
        std::memcpy(bytes.data(), stored.data(), stored.size());
        if (type.low < 0)
            for (std::uint8_t& byte : bytes)
                byte ^= 0x80; // of two's complement: plus 128
        return bytes;
    }
    KERF_TRY(const OnnxArray array, constant.copy());
    KERF_CHECK(requireCodes(node, kNumbers, array, type));
    bytes.reserve(array.values.size());
    for (const double value : array.values)
        bytes.push_back(static_cast<std::uint8_t>(value - static_cast<double>(type.low)));
    return bytes;
}

/// Names of constant inputs that stand in the file.
std::vector<std::string> tensorsOf(const OnnxNode& node, std::initializer_list<std::size_t> inputs)
{
    std::vector<std::string> names;
    for (const std::size_t input : inputs)
        if (node.has(input) && node.input(input).isConstant() && !node.input(input).constant->tensor().empty())
            names.push_back(node.input(input).constant->tensor());
    return names;
}

/// Constant codes of a byte and less: kept as such.
Status setCodes(OnnxNode& node, const CodeType& type, const LinearCodes& grid)
{
    OnnxCodes codes;
    codes.tensors = tensorsOf(node, { kNumbers, kScale, kZero });
    codes.bits = type.bits;
    codes.float8 = isFloat8(type) ? type.type : DType::U8;
    KERF_TRY(codes.codes, bytesOf(node, type));
    codes.groups.resize(codes.codes.size());
    for (std::size_t i = 0; i < codes.groups.size(); ++i)
        codes.groups[i] = static_cast<std::int32_t>(grid.parameterOf(static_cast<std::int64_t>(i)));
    codes.scales = grid.scales;
    for (const float zero : grid.zeros)
        codes.zeros.push_back(static_cast<std::uint8_t>(zero - type.low));
    node.set(0, constantValue(node.input(kNumbers).dims, std::make_shared<const OnnxCodes>(std::move(codes))));
    return {};
}

/// Scale or zero point that the network computes: one number each.
Status decodeComputed(OnnxNode& node)
{
    node.ignore({ "axis" });
    if (elementCount(node.input(kScale).dims) != 1 || (node.has(kZero) && elementCount(node.input(kZero).dims) != 1))
        return fail(ErrorCode::BadFile, "has several scales that are computed while the network runs.");
    const auto combined = [&](Binary::Kind kind, const OnnxValue& x, const OnnxValue& one) -> Result<OnnxValue> {
        if (!one.isConstant())
            return node.apply(binaryOp(), Binary { kind }, { &x, &one });
        return node.apply(binaryOp(), Binary { kind, false, one.dims }, { &x }, { &one });
    };
    OnnxValue value = node.input(kNumbers);
    if (node.has(kZero)) {
        KERF_TRY(value, combined(Binary::Kind::Sub, value, node.input(kZero)));
    }
    return node.setAs(DType::F32, combined(Binary::Kind::Mul, value, node.input(kScale)));
}

Status readDequantize(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(2, 3));
    node.ignore({ "output_dtype" }); // floats are float32
    const bool isComputed = !node.input(kScale).isConstant() || (node.has(kZero) && !node.input(kZero).isConstant());
    if (isComputed)
        return decodeComputed(node);
    KERF_TRY(const CodeType type, codeTypeOf(node, kNumbers));
    KERF_TRY(const LinearCodes codes, gridOf(node, type, true));
    const bool isConstant = node.input(kNumbers).isConstant();
    if (isConstant && type.bits <= 8)
        return setCodes(node, type, codes);
    if (!isConstant)
        return node.setAs(DType::F32, node.apply(linearCodesOp(), codes, { &node.input(kNumbers) }));
    KERF_TRY(const OnnxArray stored, node.constant(kNumbers)); // a bias: beyond what float32 has exactly
    std::vector<float> numbers(stored.values.begin(), stored.values.end());
    applyLinearCodes(codes, 0, numbers);
    node.set(0, constantValue({ DType::F32, stored.dims, { numbers.begin(), numbers.end() } }));
    return {};
}

/// Codes, scale and zero point of the numbers themselves.
Status readDynamic(OnnxNode& node)
{
    KERF_CHECK(node.requireInputs(1, 1));
    GraphBuilder& builder = node.parts().builder();
    KERF_TRY(const ValueId x, node.parts().valueOf(node.input(0)));
    const ValueId codes = builder.add(dynamicCodesOp(), {}, { x });
    KERF_CHECK(builder.status());
    const std::vector<ValueId> made = builder.outputsBeside(codes);
    node.set(0, { DType::U8, node.input(0).dims, {}, made[0] });
    node.set(1, { DType::F32, {}, {}, made[1] });
    node.set(2, { DType::U8, {}, {}, made[2] });
    node.parts().note({ NoteKind::Quantized,
        "Values are rounded by the range of one sample. onnxruntime takes the range of a whole batch: with several "
        "samples at once its results depend on what else is in the batch.",
        { node.proto().name() } });
    return {};
}

} // namespace

std::span<const OnnxOperator> onnxQuantized()
{
    static const OnnxOperator rows[] = {
        { "QuantizeLinear", readQuantize, 10 },
        { "DequantizeLinear", readDequantize, 10 },
        { "DynamicQuantizeLinear", readDynamic, 11 },
        { "QuantizeLinear", readQuantize, 1, "com.microsoft" },
        { "DequantizeLinear", readDequantize, 1, "com.microsoft" },
    };
    return rows;
}

} // namespace kerf::core
