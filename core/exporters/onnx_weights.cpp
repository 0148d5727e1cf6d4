// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/onnx_weights.h"

#include <algorithm>
#include <numeric>

#include "core/checkpoint/onnx_file.h"
#include "core/checkpoint/onnx_proto.h"
#include "core/exporters/carried_tensors.h"
#include "core/exporters/folder_writer.h"
#include "core/graph/ops/rearrange.h"
#include "core/onnx/onnx_draft.h"

namespace kerf::core {
namespace {

int typeOf(const Format& format)
{
    if (format.family() == FormatFamily::Float8)
        return format.name().starts_with("fp8-e4m3") ? kOnnxFloat8E4M3 : kOnnxFloat8E5M2;
    if (format.codeBits() <= 4)
        return format.isSymmetric() ? kOnnxInt4 : kOnnxUInt4;
    return format.isSymmetric() ? int { onnx::TensorProto::INT8 } : int { onnx::TensorProto::UINT8 };
}

bool isHalfByte(int type)
{
    return type == kOnnxInt4 || type == kOnnxUInt4;
}

/// The number that a code is in the file's type.
std::uint8_t storedCode(const Format& format, std::uint8_t code)
{
    if (format.family() != FormatFamily::Integer || !format.isSymmetric())
        return code;
    return static_cast<std::uint8_t>(code - (1 << (format.codeBits() - 1)));
}

/// Elements in the order of the file, halves of a byte with the first in its low bits.
std::vector<std::byte> packed(const std::vector<std::uint8_t>& values, int type)
{
    if (!isHalfByte(type))
        return bytesOf(values);
    std::vector<std::byte> bytes((values.size() + 1) / 2);
    for (std::size_t i = 0; i < values.size(); ++i)
        bytes[i / 2] |= static_cast<std::byte>((values[i] & 0x0f) << (i % 2 * 4));
    return bytes;
}

/// [rows, cols] as they are, or the other way round.
template <class T> std::vector<T> turned(const std::vector<T>& values, std::int64_t rows, bool turns)
{
    if (!turns)
        return values;
    const auto cols = static_cast<std::int64_t>(values.size()) / rows;
    std::vector<T> made(values.size());
    for (std::int64_t r = 0; r < rows; ++r)
        for (std::int64_t c = 0; c < cols; ++c)
            made[static_cast<std::size_t>(c * rows + r)] = values[static_cast<std::size_t>(r * cols + c)];
    return made;
}

/// Parameters of groups in the file's order; one where the file has one.
template <class T> std::vector<T> parametersOf(std::vector<T> values, std::int64_t rows, const OnnxWeightForm& form)
{
    values = turned(values, rows, form.isTurned && form.block > 0);
    if (form.scaleDims.empty())
        values.resize(1);
    return values;
}

Shape turnedIf(bool turns, std::int64_t rows, std::int64_t cols)
{
    return turns ? Shape { cols, rows } : Shape { rows, cols };
}

/// A weight that DequantizeLinear cannot give as the node takes it: as a matrix that is reshaped behind it.
void setMatrix(const OnnxWeightPlace& place, const QuantizedRow& row, OnnxWeightForm& form)
{
    const auto [rows, cols] = row.layer->shape;
    const std::int64_t groups = row.layer->groups;
    form.isTurned = place.isTurned && groups == 1;
    form.dims = turnedIf(form.isTurned, rows, cols);
    form.reshaped = place.dims;
    if (place.op == "ConvTranspose" && groups > 1) { // rows of a group are its outputs, the file has inputs first
        form.reshaped = { groups, rows / groups, cols };
        form.turn = { 0, 2, 1 };
        form.reshapedAgain = place.dims;
    }
}

} // namespace

bool fitsOnnx(const Format& format)
{
    return format.family() == FormatFamily::Integer
        || (format.family() == FormatFamily::Float8 && format.granularity() != Granularity::Block);
}

std::int64_t operatorSetFor(const Format& format)
{
    const bool isOld = format.codeBits() > 4 && format.family() == FormatFamily::Integer
        && format.granularity() != Granularity::Group;
    return isOld ? kChannelOperatorSet : kBlockOperatorSet;
}

OnnxWeightForm onnxWeightForm(const QuantizedRow& row, const OnnxWeightPlace& place, bool scaleByRow)
{
    const auto [rows, cols] = row.layer->shape;
    const Granularity granularity = row.format->granularity();
    OnnxWeightForm form;
    form.type = typeOf(*row.format);
    form.isTurned = place.isTurned;
    form.dims = place.dims;
    const bool isMatrix = place.dims.size() == 2;
    const bool hasRowAxis = place.op != "ConvTranspose"; // there a row is an output and a place of the kernel
    const bool isRecurrent = place.dims.size() == 3 && (place.op == "LSTM" || place.op == "GRU");
    if (!isMatrix && !isRecurrent && (granularity == Granularity::Group || !hasRowAxis))
        setMatrix(place, row, form);
    const std::int64_t rowAxis = isRecurrent ? 1 : form.isTurned ? 1 : 0;
    form.axis = rowAxis;
    if (granularity == Granularity::Group) {
        form.block = row.format->groupSize(cols);
        form.axis = isRecurrent ? 2 : 1 - rowAxis;
        form.scaleDims = form.dims;
        form.scaleDims[static_cast<std::size_t>(form.axis)] = cols / form.block;
    } else if (granularity == Granularity::Channel || scaleByRow) {
        form.scaleDims = { rows };
    }
    return form;
}

std::uint64_t onnxCodeBytes(const OnnxWeightForm& form)
{
    const auto count = static_cast<std::uint64_t>(elementCount(form.dims));
    return isHalfByte(form.type) ? (count + 1) / 2 : count;
}

Result<std::vector<std::byte>> onnxCodes(
    const std::string& layer, const QuantizedTensor& tensor, const OnnxWeightForm& form)
{
    KERF_CHECK(requirePlainGroups(layer, tensor));
    std::vector<std::uint8_t> codes(tensor.codes.size());
    std::ranges::transform(
        tensor.codes, codes.begin(), [&](std::uint8_t code) { return storedCode(*tensor.format, code); });
    return packed(turned(codes, tensor.shape.rows, form.isTurned), form.type);
}

std::vector<std::byte> onnxScales(const QuantizedTensor& tensor, const OnnxWeightForm& form)
{
    return bytesOf(parametersOf(tensor.scales, tensor.shape.rows, form));
}

std::vector<std::byte> onnxZeros(const QuantizedTensor& tensor, const OnnxWeightForm& form)
{
    std::vector<std::uint8_t> zeros(tensor.scales.size());
    if (!tensor.format->isSymmetric())
        zeros = zeroCodes(tensor);
    return packed(parametersOf(std::move(zeros), tensor.shape.rows, form), form.type);
}

Result<std::vector<std::byte>> nBitsCodes(const std::string& layer, const QuantizedTensor& tensor)
{
    KERF_CHECK(requirePlainGroups(layer, tensor));
    return packed(tensor.codes, tensor.format->codeBits() == 4 ? kOnnxUInt4 : int { onnx::TensorProto::UINT8 });
}

std::vector<std::byte> nBitsZeros(const QuantizedTensor& tensor)
{
    const std::vector<std::uint8_t> zeros = zeroCodes(tensor);
    if (tensor.format->codeBits() == 8)
        return bytesOf(zeros);
    const auto rows = static_cast<std::size_t>(tensor.shape.rows);
    const std::size_t groups = zeros.size() / rows, width = (groups + 1) / 2;
    std::vector<std::byte> bytes(rows * width);
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t g = 0; g < groups; ++g)
            bytes[r * width + g / 2] |= static_cast<std::byte>(zeros[r * groups + g] << (g % 2 * 4));
    return bytes;
}

bool fitsNBits(const Format& format, std::int64_t cols)
{
    return format.family() == FormatFamily::Integer && format.granularity() == Granularity::Group
        && (format.codeBits() == 4 || format.codeBits() == 8) && format.groupSize(cols) >= 16;
}

} // namespace kerf::core
