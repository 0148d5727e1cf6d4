// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/onnx/onnx_array.h"

#include <cmath>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "core/checkpoint/onnx_file.h"
#include "core/checkpoint/onnx_proto.h"
#include "core/graph/ops/rearrange.h"

namespace kerf::core {
namespace {

template <class Number> std::vector<double> widened(std::span<const std::byte> bytes)
{
    std::vector<double> values(bytes.size() / sizeof(Number));
    for (std::size_t i = 0; i < values.size(); ++i) {
        Number number;
        std::memcpy(&number, bytes.data() + i * sizeof(Number), sizeof(Number));
        values[i] = static_cast<double>(number);
    }
    return values;
}

std::vector<double> floats(DType type, std::span<const std::byte> bytes)
{
    std::vector<float> narrow(bytes.size() / elementSize(type));
    toFloat32(type, bytes, narrow);
    return { narrow.begin(), narrow.end() };
}

Result<std::vector<double>> numbersOf(DType type, std::span<const std::byte> bytes)
{
    switch (type) {
    case DType::F64:
        return widened<double>(bytes);
    case DType::F32:
        return widened<float>(bytes);
    case DType::F16:
    case DType::BF16:
        return floats(type, bytes);
    case DType::I64:
        return widened<std::int64_t>(bytes);
    case DType::I32:
        return widened<std::int32_t>(bytes);
    case DType::I16:
        return widened<std::int16_t>(bytes);
    case DType::I8:
        return widened<std::int8_t>(bytes);
    case DType::U64:
        return widened<std::uint64_t>(bytes);
    case DType::U32:
        return widened<std::uint32_t>(bytes);
    case DType::U16:
        return widened<std::uint16_t>(bytes);
    case DType::U8:
    case DType::Bool:
        return widened<std::uint8_t>(bytes);
    default:
        return fail(ErrorCode::BadFile, fmt::format("elements of type {} are not computed with.", dtypeName(type)));
    }
}

/// Numbers of 4 bits, two in each byte, the first in the low bits. @pre 2 * bytes.size() >= count
std::vector<double> halves(DType type, const std::vector<std::uint8_t>& bytes, std::size_t count)
{
    std::vector<double> values(count);
    for (std::size_t i = 0; i < count; ++i) {
        const int number = bytes[i / 2] >> (i % 2 * 4) & 0x0f;
        values[i] = type == DType::I8 && number > 7 ? number - 16 : number;
    }
    return values;
}

Result<OnnxArray> readHalves(const Checkpoint& checkpoint, const onnx::TensorProto& tensor, OnnxArray array)
{
    std::vector<std::uint8_t> bytes(tensor.int32_data().begin(), tensor.int32_data().end());
    if (tensor.has_raw_data()) {
        KERF_TRY(const std::vector<std::byte> stored, checkpoint.bytes(tensor.raw_data()));
        bytes.resize(stored.size());
        std::memcpy(bytes.data(), stored.data(), stored.size());
    }
    array.values = halves(array.type, bytes, static_cast<std::size_t>(elementCount(array.dims)));
    return array;
}

/// Elements that stand one by one in the message. float16 and bfloat16 do as their bits, in int32_data.
std::vector<double> scattered(const onnx::TensorProto& tensor, DType type)
{
    std::vector<double> values;
    values.insert(values.end(), tensor.float_data().begin(), tensor.float_data().end());
    values.insert(values.end(), tensor.double_data().begin(), tensor.double_data().end());
    for (const std::int64_t value : tensor.int64_data())
        values.push_back(static_cast<double>(value));
    for (const std::uint64_t value : tensor.uint64_data())
        values.push_back(static_cast<double>(value));
    for (const std::int32_t value : tensor.int32_data())
        values.push_back(type == DType::F16 ? static_cast<double>(halfToFloat(static_cast<std::uint16_t>(value)))
                : type == DType::BF16       ? static_cast<double>(bfloat16ToFloat(static_cast<std::uint16_t>(value)))
                                            : static_cast<double>(value));
    return values;
}

} // namespace

bool isWholeNumber(DType type)
{
    switch (type) {
    case DType::I64:
    case DType::I32:
    case DType::I16:
    case DType::I8:
    case DType::U64:
    case DType::U32:
    case DType::U16:
    case DType::U8:
    case DType::Bool:
        return true;
    default:
        return false;
    }
}

double asType(DType type, double value)
{
    if (type == DType::Bool)
        return value != 0 ? 1 : 0;
    if (isWholeNumber(type))
        return std::trunc(value);
    if (type == DType::F64)
        return value;
    if (type == DType::F16)
        return static_cast<double>(roundToHalf(static_cast<float>(value)));
    if (type == DType::BF16)
        return static_cast<double>(bfloat16ToFloat(floatToBfloat16(static_cast<float>(value))));
    return static_cast<double>(static_cast<float>(value));
}

Result<OnnxArray> readArray(const Checkpoint& checkpoint, const onnx::TensorProto& tensor)
{
    OnnxArray array;
    array.dims.assign(tensor.dims().begin(), tensor.dims().end());
    const std::optional<DType> type = onnxNumberType(tensor.data_type());
    if (!type)
        return fail(ErrorCode::BadFile,
            fmt::format("constants of the ONNX type {} are not computed with.", tensor.data_type()));
    array.type = *type;
    if (tensor.data_type() == kOnnxInt4 || tensor.data_type() == kOnnxUInt4)
        return readHalves(checkpoint, tensor, std::move(array));
    if (!tensor.has_raw_data()) {
        array.values = scattered(tensor, array.type);
        return array;
    }
    KERF_TRY(const std::vector<std::byte> bytes, checkpoint.bytes(tensor.raw_data()));
    KERF_TRY(array.values, numbersOf(array.type, bytes));
    return array;
}

std::int64_t toWhole(double value)
{
    constexpr double limit = 9.2e18;
    if (std::isnan(value))
        return 0;
    return value >= limit ? std::numeric_limits<std::int64_t>::max()
        : value <= -limit ? std::numeric_limits<std::int64_t>::min()
                          : static_cast<std::int64_t>(value);
}

std::vector<std::int64_t> toWhole(const std::vector<double>& values)
{
    std::vector<std::int64_t> whole;
    for (const double value : values)
        whole.push_back(toWhole(value));
    return whole;
}

} // namespace kerf::core
