// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/matrix.h"
#include "core/graph/activation_linear.h"
#include "core/graph/linear.h"
#include "kernels/integer_linear.h"

namespace kerf::core {

inline constexpr float kSmallestMagnitude = 1e-5f; ///< of a token: a smaller one is rounded with this one's step
inline constexpr float kInt4CodeMax = 7.0f;
inline constexpr std::int64_t kPrepareTokens = 16; ///< tokens that one task rounds

/// The step of each token with its own: its largest magnitude over `codeMax`. NaN stays NaN.
std::vector<float> tokenSteps(const MatrixRef& x, float codeMax = kernels::kActivationCodeMax);

/// Columns that hold an outlier of llmint8.
std::vector<std::int64_t> outlierColumns(const MatrixRef& x);

/// A fixed step, or with 0 the token's own. A token that is not finite must not turn into numbers.
float float8Step(float magnitude, float fixed);
/// Numbers of E4M3, without the step.
void roundRowToE4m3(const float* x, std::int64_t count, float step, float* rounded);
/// Each 16 values over an E4M3 scale of their own, and all scales over one factor.
void roundRowToNvFp4(const float* x, std::int64_t count, float step, float* rounded);

/// Every row as a layer with such inputs meets it.
void roundRows(const LayerActivation& activation, const MatrixRef& x, std::span<const std::int64_t> lengths,
    MutableMatrixRef rounded);

/// A linear map that rounds its inputs so.
class RoundingLinear : public LinearOperator {
public:
    explicit RoundingLinear(const LayerActivation& activation)
        : m_activation(activation)
    {
    }
    bool roundsInputs() const final { return true; }
    void roundInputs(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef rounded) const final
    {
        roundRows(m_activation, x, lengths, rounded);
    }

private:
    LayerActivation m_activation;
};

} // namespace kerf::core
