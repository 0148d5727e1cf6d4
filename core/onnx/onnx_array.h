// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <vector>

#include "core/base/dtype.h"
#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/graph/graph.h"

namespace onnx {
class TensorProto;
}

namespace kerf::core {

/// A constant while a graph is read. Numbers of every type are doubles: whole numbers are exact up to 2^53, and the
/// larger ones that files write for "to the end" saturate alike.
struct OnnxArray {
    DType type = DType::F32;
    Shape dims;
    std::vector<double> values;
};

bool isWholeNumber(DType type); ///< integers and booleans
/// As a value of the type holds it: rounded to float32 or the narrower type, cut to a whole number, 0 or 1.
double asType(DType type, double value);
/// Errors: BadFile.
Result<OnnxArray> readArray(const Checkpoint& checkpoint, const onnx::TensorProto& tensor);
/// A whole number of an array, beyond the range of 64 bits its nearest end.
std::int64_t toWhole(double value);
std::vector<std::int64_t> toWhole(const std::vector<double>& values);

} // namespace kerf::core
