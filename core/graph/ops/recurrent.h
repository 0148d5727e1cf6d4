// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <variant>

#include "core/graph/op.h"
#include "core/graph/ops/unary.h"
#include "kernels/activation.h"

namespace kerf::core {

/// A recurrent layer in one direction, from the first step to the last (LSTM: Hochreiter and Schmidhuber 1997, with the
/// peepholes of Gers and Schmidhuber 2000; GRU: Cho et al., arXiv 1406.1078), as ONNX defines it.
///
/// Inputs: W x of all steps, [steps, batch, gates * hidden], made by a linear layer before it; then, together or not at
/// all, the state at the start, [1, batch, hidden] each: h, and of an LSTM c. Gates stand as in ONNX: i o f c of an
/// LSTM, z r h of a GRU.
///
/// Parameters: R [gates * hidden, hidden]; bias [gates * hidden], that of W and of R added up; recurrence bias [hidden]
/// of a GRU with isResetAfter: of R h alone, the bias then has that of W only for this gate; peepholes [3 * hidden] of
/// an LSTM: i o f. All but R may be left out.
///
/// Outputs: 0 h of all steps [steps, batch, hidden]; 1 the last h [1, batch, hidden]; 2 the rows that R multiplies,
/// steps * batch a sample: h of the step before; 3 the last c of an LSTM.
///
/// R is quantizable, unless a GRU resets before it multiplies: then R meets two different rows a step.
struct Recurrent {
    enum class Cell { Lstm, Gru } cell = Cell::Lstm;
    std::int64_t hidden = 0;
    using Function = std::variant<kernels::Activation, Unary>;
    Function gate = Unary { Unary::Kind::Sigmoid }; ///< f of ONNX
    Function candidate = kernels::Activation::Tanh; ///< g: of what is new in the state
    Function output = kernels::Activation::Tanh; ///< h: of an LSTM's c
    float clip = 0; ///< what goes into gates and candidate stays within -clip and clip; 0: as it is
    bool couplesGates = false; ///< an LSTM's forget gate is 1 - i: input_forget of ONNX
    bool isResetAfter = false; ///< a GRU resets R h, not h: linear_before_reset of ONNX
    bool roundsState = false; ///< R meets h in bytes by its own range (roundDynamically): DynamicQuantizeLSTM
};
const Op& recurrentOp();

} // namespace kerf::core
