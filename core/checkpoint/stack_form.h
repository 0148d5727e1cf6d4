// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace kerf::core {

class Checkpoint;

/// Ends the name, in place of ".weight", of every second row of a layer whose rows a GGUF file holds apart: the codes
/// of gate and up, which alternate in their source (conversion/gpt_oss.py). The others have the layer's own name.
inline constexpr std::string_view kOddRows = ".weight_odd";

/// Which rows of each matrix of a stack one stored tensor holds: first, first + step, … `count` of them.
struct StackShare {
    std::string name; ///< of the stored tensor
    std::int64_t first = 0, step = 1, count = 0;
    bool transposed = false; ///< its matrices are [columns, rows]
};

/// A tensor of a source that a GGUF file holds as other tensors, each with a share of its rows: experts whose gate and
/// up alternate (conversion/gpt_oss.py), the layer that latent attention makes keys and values with
/// (conversion/deepseek.py). Seen as `slices` matrices of [rows, cols], one behind the other.
struct StackForm {
    std::int64_t slices = 1, rows = 0;
    std::int64_t cols = 0; ///< 0: vectors of `rows` numbers
    bool isInOut = false; ///< the source has its matrices as [cols, rows]
    std::vector<std::int64_t> shape {}; ///< of the source's tensor
    std::vector<StackShare> shares {};

    std::int64_t sliceElements() const { return rows * (cols > 0 ? cols : 1); }
};

/// Of a share's tensor: [slices, rows, cols] in the order in which it is stored.
std::vector<std::int64_t> shareShape(const StackForm& form, const StackShare& share);
/// The share's part of one slice of the source, of elements of that size.
std::vector<std::byte> takeShare(
    const StackForm& form, const StackShare& share, std::size_t elementSize, std::span<const std::byte> slice);
/// Puts the share's part of a slice to its places in the source's.
void putShare(const StackForm& form, const StackShare& share, std::span<const float> part, std::span<float> slice);

/// Whether every share is stored, with its shape, as floats or as codes that Kerf decodes. Errors: BadFile, naming the
/// tensor.
Status checkStack(const Checkpoint& stored, const StackForm& form);

} // namespace kerf::core
