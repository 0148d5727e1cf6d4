// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/exporters/target_checks.h"
#include "core/format/format.h"
#include "core/graph/graph.h"

namespace onnx {
class NodeProto;
} // namespace onnx

namespace kerf::core {

/// How the codes of a layer stand in an ONNX file: what DequantizeLinear reads, and what makes its result the weight
/// that the node takes.
struct OnnxWeightForm {
    int type = 0; ///< of the codes, TensorProto::DataType
    Shape dims; ///< of the codes
    bool isTurned = false; ///< codes and scales stand as [columns, rows]
    std::int64_t axis = 0; ///< of the rows; with blocks that of the columns
    std::int64_t block = 0; ///< columns that share a scale; 0: a row does, or the whole
    Shape scaleDims; ///< none: one scale for all
    /// Reshape, and where `turn` is not empty Transpose and Reshape again.
    Shape reshaped {};
    std::vector<std::int64_t> turn {};
    Shape reshapedAgain {};
};

/// Where a layer's weight is read in a file.
struct OnnxWeightPlace {
    std::string op {}; ///< "Conv"
    bool isTurned = false; ///< MatMul, or Gemm whose B is not transposed: [in, out]
    Shape dims {}; ///< of the weight as the node takes it; of recurrent cells that of one direction
};

/// Whether the codes of a format are numbers that ONNX has.
bool fitsOnnx(const Format& format);
/// The operator set that such codes need.
std::int64_t operatorSetFor(const Format& format);
/// @pre fitsOnnx. `scaleByRow`: one for each row also of a format that has one for all.
OnnxWeightForm onnxWeightForm(const QuantizedRow& row, const OnnxWeightPlace& place, bool scaleByRow);

/// Bytes of so many codes of a type.
std::uint64_t onnxCodeBytes(const OnnxWeightForm& form);
/// Errors: InvalidArgument: groups do not follow the order of the columns.
Result<std::vector<std::byte>> onnxCodes(
    const std::string& layer, const QuantizedTensor& tensor, const OnnxWeightForm& form);
std::vector<std::byte> onnxScales(const QuantizedTensor& tensor, const OnnxWeightForm& form);
/// In the type of the codes. @pre as many as scales; of symmetric formats all 0
std::vector<std::byte> onnxZeros(const QuantizedTensor& tensor, const OnnxWeightForm& form);

/// Bytes of MatMulNBits' B [rows, groups, group * bits / 8], each row's codes one behind the other, lowest bits first
/// (onnxruntime, docs/ContribOperators.md). Errors: as onnxCodes. @pre codes of 4 or 8 bits in groups
Result<std::vector<std::byte>> nBitsCodes(const std::string& layer, const QuantizedTensor& tensor);
/// Zero points [rows, ceil(groups * bits / 8)], packed the same way.
std::vector<std::byte> nBitsZeros(const QuantizedTensor& tensor);
/// Whether MatMulNBits holds such codes.
bool fitsNBits(const Format& format, std::int64_t cols);

} // namespace kerf::core
