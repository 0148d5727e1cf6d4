// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/matrix.h"

namespace kerf::core {

struct TensorInfo;

/// In which order a GGUF file holds the rows of a weight or a bias.
enum class RowOrder {
    Source, ///< as the folder that it was made from
    /// llama.cpp turns neighbouring channels where transformers turns a channel of the first half with one of the
    /// second: for some architectures its converter puts the rows of each head of queries and keys into that order
    /// (conversion/llama.py, LlamaModel.permute).
    RotaryPairs,
    /// All queries, all keys, all values, where the source has for each head of keys its queries, its key and its value
    /// (conversion/bloom.py, conversion/falcon.py).
    FusedParts,
};

/// How a GGUF file holds a tensor otherwise than its source. What is read is what the source holds.
struct StoredForm {
    RowOrder rows = RowOrder::Source;
    std::int32_t group = 1; ///< of FusedParts: how many queries have a key and a value together
    std::int64_t heads = 0; ///< of RotaryPairs, and of queries of FusedParts
    bool transposed = false; ///< the source has [in, out]. Codes stand by rows of outputs in both.
    float shift = 0; ///< the file's float32 numbers are greater by this

    /// Of a vector, or of rows of codes.
    StoredForm rowsAlone() const { return { .rows = rows, .group = group, .heads = heads }; }
    bool isPlain() const { return rows == RowOrder::Source && !transposed && shift == 0; }
};

/// The place in the file of a row of the source. @pre heads divides rows into an even number (RotaryPairs), or group
/// divides heads, and heads + 2 * heads / group the rows (FusedParts)
std::int64_t storedRow(const StoredForm& form, std::int64_t row, std::int64_t rows);

/// The bytes of a tensor of that shape in the source, of any type, as the file holds them; the shift is not added.
std::vector<std::byte> inStoredForm(
    const StoredForm& form, const std::vector<std::int64_t>& shape, std::span<const std::byte> bytes);

/// The bytes of a tensor, as its source has them. @pre dtype is F32 where the form has a shift
std::vector<std::byte> inSourceForm(const TensorInfo& info, std::span<const std::byte> bytes);
/// The same of numbers as the file has them: a vector is one row.
Matrix inSourceForm(const TensorInfo& info, const Matrix& values);

} // namespace kerf::core
