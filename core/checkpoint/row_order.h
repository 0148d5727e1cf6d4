// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/matrix.h"
#include "core/checkpoint/checkpoint.h"

namespace kerf::core {

/// llama.cpp turns neighbouring channels where transformers turns a channel of the first half with one of the second:
/// for some architectures its converter puts the rows of queries and keys into that order (convert_hf_to_gguf.py,
/// LlamaModel.permute). Row r of the source stands in this row of the file. @pre heads divides rows, into an even
/// number
std::int64_t pairedRow(std::int64_t row, std::int64_t rows, std::int64_t heads);

/// The rows of a tensor with pairedHeads, of any type, in the order of the source.
std::vector<std::byte> inSourceOrder(const TensorInfo& info, std::span<const std::byte> bytes);
/// The same of a vector (one row of numbers) or a matrix.
Matrix inSourceOrder(const TensorInfo& info, const Matrix& values);

} // namespace kerf::core
