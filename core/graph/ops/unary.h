// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <span>

#include "core/graph/op.h"

namespace kerf::core {

/// y = f(x), element by element, as ONNX defines f. Tanh, Relu, Gelu of both kinds and x * Sigmoid(x) are
/// activationOp(). NaN stays NaN.
struct Unary {
    enum class Kind {
        Abs,
        Ceil,
        Floor,
        Round, ///< ties to even
        Neg,
        Exp,
        Log,
        Sqrt,
        Reciprocal,
        Sign,
        Sin,
        Cos,
        Erf,
        Sigmoid,
        Softplus, ///< log(1 + e^x)
        Softsign, ///< x / (1 + |x|)
        Not, ///< 1 for 0, 0 for all others
        LeakyRelu, ///< alpha * x below 0
        Elu, ///< alpha * (e^x - 1) below 0
        Selu, ///< beta * x, beta * alpha * (e^x - 1) below 0; ONNX calls beta gamma
        HardSigmoid, ///< alpha * x + beta, within 0 and 1
        HardSwish, ///< x * (x / 6 + 1/2 within 0 and 1); alpha and beta are not used
        Mish, ///< x * tanh(log(1 + e^x))
        Clip, ///< not below alpha, then not above beta: alpha above beta makes all beta
        Affine, ///< alpha * x + beta
    };
    Kind kind = Kind::Abs;
    float alpha = 0, beta = 0;
};
const Op& unaryOp();
/// x = f(x).
void applyUnary(const Unary& unary, std::span<float> x);

} // namespace kerf::core
