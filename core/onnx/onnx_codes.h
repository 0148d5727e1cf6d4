// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/format/format.h"
#include "core/graph/ops/rearrange.h"
#include "core/onnx/onnx_array.h"

namespace kerf::core {

/// Constant numbers that a file holds as codes of a byte and less, with scales: number = scale * (code - zero), or of
/// float8 scale * code.
struct OnnxCodes {
    std::vector<std::string> tensors; ///< of the checkpoint that they are made of, the codes first; none: computed
    int bits = 8; ///< 4 or 8, in the file
    DType float8 = DType::U8; ///< F8E4M3 or F8E5M2: codes are its bytes; else they are integers from 0 on
    std::vector<std::uint8_t> codes; ///< in the order of the elements
    std::vector<std::int32_t> groups; ///< of each code, index into scales and zeros
    std::vector<float> scales;
    std::vector<std::uint8_t> zeros; ///< none of float8
};

/// The numbers of elements [first, first + count).
std::vector<double> decoded(const OnnxCodes& codes, std::size_t first, std::size_t count);
/// The elements moved. Nothing: the inputs' codes are of different kinds, or elements are filled in.
std::optional<OnnxCodes> moved(const Rearrange& moves, std::span<const OnnxCodes* const> inputs);
/// The weight of a layer [out, in], whose rows begin at element `first`, in a format of Kerf's; the codes keep their
/// values. Nothing: no format groups elements so.
std::optional<QuantizedTensor> weightOf(
    const OnnxCodes& codes, const LayerShape& shape, WeightLayout layout, std::size_t first);

} // namespace kerf::core
