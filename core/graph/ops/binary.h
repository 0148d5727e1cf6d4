// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>

#include "core/graph/op.h"

namespace kerf::core {

/// y = f(a, b), element by element, of dense tensors that are repeated to fit each other as in numpy. One of the two
/// may be a constant: then there is one input, and the constant is the parameter, whose dimensions are `constant`.
struct Binary {
    enum class Kind {
        Add,
        Sub,
        Mul,
        Div, ///< of integers: towards 0
        Pow,
        Min, ///< NaN where one is NaN, as Max
        Max,
        Mod, ///< with the sign of the divisor
        Fmod, ///< with the sign of the dividend: Mod of ONNX with fmod = 1
        Equal, ///< 1 or 0, as all of these
        Less,
        LessOrEqual,
        Greater,
        GreaterOrEqual,
        And, ///< what is not 0 is true
        Or,
        Xor,
        PRelu, ///< b * a where a is below 0; b is repeated, never a
    };
    Kind kind = Kind::Add;
    bool isInteger = false; ///< whole numbers, carried as float32
    std::optional<Shape> constant {};
    bool isConstantLeft = false; ///< the constant is a
};
const Op& binaryOp();

} // namespace kerf::core
