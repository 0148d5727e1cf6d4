// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/dtype.h"
#include "core/base/result.h"
#include "core/format/format.h"

namespace kerf::core {

/// A type of ggml's tensors (ggml.h, enum ggml_type; ggml-common.h).
struct GgmlType {
    std::uint32_t id;
    std::string_view name; ///< as llama.cpp prints it: "Q4_K"
    std::int64_t elements; ///< of a block, consecutive in a row
    std::int64_t bytes; ///< of a block
    std::optional<DType> dtype {}; ///< of plain elements; nothing for blocks of codes
    std::string_view format {}; ///< Kerf's format of the blocks; empty: Kerf does not decode them
};

/// nullptr for numbers that no type has, or has any more.
const GgmlType* findGgmlType(std::uint32_t id);
/// By llama.cpp's name.
const GgmlType* findGgmlType(std::string_view name);
/// By Kerf's name of the format.
const GgmlType* findGgmlFormat(std::string_view format);

/// A matrix from the bytes that a file holds of it. @pre the type's format is not empty; as many bytes as the shape
/// needs. Errors: BadFile: scales that are no finite numbers.
Result<QuantizedTensor> unpackGgml(const GgmlType& type, const LayerShape& shape, std::span<const std::byte> bytes);

} // namespace kerf::core
