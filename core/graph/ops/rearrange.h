// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/graph/op.h"

namespace kerf::core {

/// A box of elements that is copied: element i of it, counted along every dimension, from input `input` at
/// from + Σ i fromStrides to to + Σ i toStrides of the output.
struct StridedCopy {
    int input = 0;
    std::int64_t from = 0, to = 0;
    Shape sizes, fromStrides, toStrides;
};

/// Everything that moves elements and computes nothing: transposing, slicing, padding, joining, repeating, picking.
/// Inputs and output are dense tensors, one a sample.
struct Rearrange {
    Shape shape; ///< of the output
    bool fills = false; ///< elements that no copy writes are `fill`; else all are written
    double fill = 0;
    std::vector<StridedCopy> copies;
};
const Op& rearrangeOp();

/// The copies, done on numbers of any type. @pre `inputs` and `to` have the elements that the copies name
template <class Number>
void rearrange(const Rearrange& moves, std::span<const Number* const> inputs, std::span<Number> to);

/// The same with dimensions of one element dropped and those that lie one behind the other joined.
StridedCopy simplified(const StridedCopy& copy);
/// Distances between neighbours of a dense tensor along each dimension.
Shape denseStrides(const Shape& shape);
/// Product of all dimensions.
std::int64_t elementCount(const Shape& shape);

} // namespace kerf::core
