// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/activation_linear.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "core/base/parallel.h"
#include "core/graph/activation_rounding.h"
#include "core/graph/integer_linear.h"
#include "core/graph/linear.h"
#include "kernels/float4.h"
#include "kernels/float8.h"

namespace kerf::core {
namespace {

std::int64_t tilesOf(std::int64_t count, std::int64_t tile)
{
    return (count + tile - 1) / tile;
}

/// afp8-token and afp8-tensor: the weight meets E4M3 values, and the step is multiplied in afterwards.
class Fp8Linear final : public RoundingLinear {
public:
    /// fixedStep 0: each token's own.
    Fp8Linear(std::shared_ptr<const QuantizedTensor> tensor, float fixedStep)
        : RoundingLinear({ fixedStep > 0 ? ActivationFormat::Fp8Tensor : ActivationFormat::Fp8Token, fixedStep })
        , m_weight(makeQuantizedLinear(std::move(tensor)))
        , m_fixedStep(fixedStep)
    {
    }
    LayerShape shape() const override { return m_weight->shape(); }
    Status decodeRows(std::int64_t first, MutableMatrixRef out) const override
    {
        return m_weight->decodeRows(first, out);
    }
    void apply(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef y) const override
    {
        Matrix rounded(x.rows(), x.cols());
        Vector steps(x.rows());
        parallelFor(tilesOf(x.rows(), kPrepareTokens), [&](std::int64_t tile) {
            const std::int64_t last = std::min((tile + 1) * kPrepareTokens, x.rows());
            for (std::int64_t t = tile * kPrepareTokens; t < last; ++t) {
                steps[t] = float8Step(kernels::rowMagnitude(x.row(t).data(), x.cols()), m_fixedStep);
                roundRowToE4m3(x.row(t).data(), x.cols(), steps[t], rounded.row(t).data());
            }
        });
        m_weight->apply(rounded, lengths, y);
        for (std::int64_t t = 0; t < x.rows(); ++t)
            y.row(t) *= steps[t];
    }

private:
    LinearPtr m_weight;
    float m_fixedStep;
};

/// anvfp4; the layer's step is the factor.
class NvFp4Linear final : public RoundingLinear {
public:
    NvFp4Linear(std::shared_ptr<const QuantizedTensor> tensor, float step)
        : RoundingLinear({ ActivationFormat::NvFp4, step })
        , m_weight(makeQuantizedLinear(std::move(tensor)))
        , m_step(step)
    {
    }
    LayerShape shape() const override { return m_weight->shape(); }
    Status decodeRows(std::int64_t first, MutableMatrixRef out) const override
    {
        return m_weight->decodeRows(first, out);
    }
    void apply(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef y) const override
    {
        Matrix rounded(x.rows(), x.cols());
        parallelFor(tilesOf(x.rows(), kPrepareTokens), [&](std::int64_t tile) {
            const std::int64_t last = std::min((tile + 1) * kPrepareTokens, x.rows());
            for (std::int64_t t = tile * kPrepareTokens; t < last; ++t)
                roundRowToNvFp4(x.row(t).data(), x.cols(), m_step, rounded.row(t).data());
        });
        m_weight->apply(rounded, lengths, y);
    }

private:
    LinearPtr m_weight;
    float m_step;
};

/// u8-tensor: float32 sums of the numbers that bytes stand for, as DequantizeLinear gives them to a layer.
class UInt8Linear final : public RoundingLinear {
public:
    UInt8Linear(std::shared_ptr<const QuantizedTensor> tensor, const LayerActivation& activation)
        : RoundingLinear(activation)
        , m_weight(makeQuantizedLinear(std::move(tensor)))
    {
    }
    LayerShape shape() const override { return m_weight->shape(); }
    Status decodeRows(std::int64_t first, MutableMatrixRef out) const override
    {
        return m_weight->decodeRows(first, out);
    }
    void apply(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef y) const override
    {
        Matrix rounded(x.rows(), x.cols());
        roundInputs(x, lengths, rounded);
        m_weight->apply(rounded, lengths, y);
    }

private:
    LinearPtr m_weight;
};

/// A dense weight that meets inputs rounded first.
class RoundedLinear final : public DenseLinear {
public:
    RoundedLinear(Matrix weight, const LayerActivation& activation)
        : DenseLinear(std::move(weight))
        , m_activation(activation)
    {
    }
    void apply(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef y) const override
    {
        Matrix rounded(x.rows(), x.cols());
        roundRows(m_activation, x, lengths, rounded);
        DenseLinear::apply(rounded, lengths, y);
    }
    bool roundsInputs() const override { return true; }
    void roundInputs(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef rounded) const override
    {
        roundRows(m_activation, x, lengths, rounded);
    }

private:
    LayerActivation m_activation;
};
} // namespace

LinearPtr makeRoundedLinear(Matrix weight, const LayerActivation& activation)
{
    if (activation.format == ActivationFormat::None)
        return makeDenseLinear(std::move(weight));
    return std::make_shared<const RoundedLinear>(std::move(weight), activation);
}

namespace {

/// Errors: InvalidArgument: codes without integer groups in the order of columns.
Result<LinearPtr> makeIntegerLinear(std::shared_ptr<const QuantizedTensor> tensor, const LayerActivation& activation)
{
    if (tensor->format->family() != FormatFamily::Integer)
        return fail(
            ErrorCode::InvalidArgument, fmt::format("{} weights have no product in integers.", tensor->format->name()));
    if (!tensor->groupIndex.empty())
        return fail(ErrorCode::InvalidArgument,
            "A weight whose groups do not follow the order of its columns (desc_act) has no integer product: keep its "
            "inputs in float.");
    switch (activation.format) {
    case ActivationFormat::Int8Tensor:
        return makeInt8TensorLinear(*tensor, activation.step);
    case ActivationFormat::LlmInt8:
        return makeLlmInt8Linear(std::move(tensor));
    case ActivationFormat::Int4Token:
        return makeIntegerTokenLinear(*tensor, kInt4CodeMax);
    default:
        return makeIntegerTokenLinear(*tensor, kernels::kActivationCodeMax);
    }
}

} // namespace

Result<LinearPtr> makeActivationLinear(std::shared_ptr<const QuantizedTensor> tensor, const LayerActivation& activation)
{
    if (hasFixedStep(activation.format) && (!(activation.step > 0) || !std::isfinite(activation.step)))
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} needs a step from calibration: quantize again with a calibration text.",
                activationName(activation.format)));
    switch (activation.format) {
    case ActivationFormat::None:
        return makeQuantizedLinear(std::move(tensor));
    case ActivationFormat::UInt8Tensor:
        return std::make_shared<const UInt8Linear>(std::move(tensor), activation);
    case ActivationFormat::Fp8Token:
        return std::make_shared<const Fp8Linear>(std::move(tensor), 0.0f);
    case ActivationFormat::Fp8Tensor:
        return std::make_shared<const Fp8Linear>(std::move(tensor), activation.step);
    case ActivationFormat::NvFp4:
        return std::make_shared<const NvFp4Linear>(std::move(tensor), activation.step);
    default:
        return makeIntegerLinear(std::move(tensor), activation);
    }
}

Result<float> staticActivationStep(
    ActivationFormat activation, const std::string& layer, std::int64_t tokens, float absMax)
{
    if (tokens < 1)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: {} needs the largest input that calibration saw, and it saw no token. Give a "
                        "calibration text, or choose a format whose steps come from the tokens.",
                layer, activationName(activation)));
    if (!std::isfinite(absMax))
        return fail(ErrorCode::Numerical, fmt::format("{}: calibration saw an input that is not finite.", layer));
    const float most = activation == ActivationFormat::NvFp4 ? kernels::kE2m1Max * kernels::kE4m3Max
        : activation == ActivationFormat::Fp8Tensor          ? kernels::kE4m3Max
                                                             : kernels::kActivationCodeMax;
    return std::max(absMax, kSmallestMagnitude) / most;
}

} // namespace kerf::core
