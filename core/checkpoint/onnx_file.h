// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/mapped_file.h"

namespace onnx {
class ModelProto;
class TensorProto;
} // namespace onnx

namespace kerf::core {

/// Types of TensorProto that are newer than the library.
enum OnnxNewType { kOnnxFloat8E4M3 = 17, kOnnxFloat8E5M2 = 19, kOnnxUInt4 = 21, kOnnxInt4 = 22 };

/// An ONNX file (onnx/onnx, docs/IR.md) as its headers tell it.
struct OnnxFile {
    /// Tensors keep type and dimensions; in place of their elements they have as raw_data the name under which the
    /// checkpoint holds them, and no data_location. Few elements that lie scattered (int64_data, strings) stay.
    std::shared_ptr<const onnx::ModelProto> model;
    /// By name: initializers under theirs, those of Constant nodes under that of their output, other attributes under
    /// that of the node's first output and their own. A name that is taken gets a number: "x (2)".
    /// TensorInfo::file: 0 this one, i + 1 externals[i]. Types below one byte an element have `blocks` "INT4" or
    /// "UINT4" and as shape that of the elements.
    std::map<std::string, TensorInfo> tensors;
    std::vector<std::string> externals; ///< files beside it with elements
    std::uint64_t scattered = 0; ///< bytes of elements that stayed in the model
};

/// Reads all but the elements, and checks every type, dimension, length and place before it is used; what lies in other
/// files is found but not opened. Errors: BadFile (no ONNX; no graph, no operator set; tensors whose data are not of
/// the length that their dimensions say; elements outside of the folder; names that are no UTF-8).
Result<OnnxFile> readOnnxFile(const MappedFile& file);

/// The type of TensorProto::DataType. Nothing: texts, complex numbers, less than a byte an element, no such type.
std::optional<DType> onnxElementType(int type);
/// The same; of halves of a byte the type that holds their numbers.
std::optional<DType> onnxNumberType(int type);
/// Bytes of that many elements of a type of TensorProto::DataType. Nothing: texts, or no such type.
std::optional<std::uint64_t> onnxBytes(int type, std::uint64_t elements);

} // namespace kerf::core
