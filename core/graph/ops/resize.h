// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include "core/graph/op.h"

namespace kerf::core {

/// A dense tensor with other numbers of elements along its dimensions, each of them between those of the input: Resize
/// of ONNX, without antialias. Dimension by dimension, as linear and cubic interpolation can be taken apart.
struct Resize {
    enum class Mode { Nearest, Linear, Cubic } mode = Mode::Nearest;
    /// Where an element of the result lies in the input.
    enum class Coordinates {
        HalfPixel, ///< (x + 1/2) / scale - 1/2
        HalfPixelSymmetric, ///< the same, so that both ends are as far outside when sizes are rounded
        PytorchHalfPixel, ///< 0 where the result has one element
        AlignCorners, ///< first on first and last on last
        Asymmetric, ///< x / scale
        TfCropAndResize, ///< from `starts` to `ends`
    } coordinates
        = Coordinates::HalfPixel;
    enum class Nearest {
        RoundPreferFloor, ///< of two that are as near the lower
        RoundPreferCeil,
        Floor,
        Ceil,
    } nearest
        = Nearest::RoundPreferFloor;
    Shape sizes {}; ///< of the result
    std::vector<float> scales {}; ///< of each dimension; empty: what the sizes say
    std::vector<float> starts {}, ends {}; ///< of each dimension, 0 to 1: roi, of TfCropAndResize
    float extrapolation = 0; ///< what TfCropAndResize puts where it reaches outside
    float cubicCoefficient = -0.75f;
    bool excludesOutside = false; ///< cubic: weights of elements outside go to those inside; else the last is repeated
};
const Op& resizeOp();

} // namespace kerf::core
