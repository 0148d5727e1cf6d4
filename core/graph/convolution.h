// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/graph_builder.h"
#include "core/graph/ops/patches.h"

namespace kerf::core {

/// Adds a convolution of pictures [channels, height, width]: patches, a linear map whose weight [out, in * kernel
/// height * kernel width] is a layer, and a picture again. `patches` has kernel, stride, padding and dilation.
ValueId addConvolution(GraphBuilder& builder, LayerInfo info, const Patches& patches, ValueId picture,
    ParameterId weight, ParameterId bias = -1);

} // namespace kerf::core
