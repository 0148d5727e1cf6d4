// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/unary.h"

#include <cmath>

#include "core/graph/ops/rows.h"
#include "kernels/fast_exp.h"
#include "kernels/multiversion.h"

namespace kerf::core {
namespace {

KERF_MULTIVERSION void sigmoidOf(float* x, std::size_t n)
{
    for (std::size_t i = 0; i < n; ++i)
        x[i] = 1.0f / (1.0f + kernels::fastExp(-x[i]));
}

float softplus(float x)
{
    return x != x ? x : std::fmax(x, 0.0f) + std::log1p(std::exp(-std::fabs(x)));
}

float sign(float x)
{
    return x > 0 ? 1.0f : x < 0 ? -1.0f : x; // 0 and NaN as they are
}

float within(float x, float low, float high)
{
    const float raised = x < low ? low : x;
    return raised > high ? high : raised;
}

class UnaryOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "unary", "", {}, 1 };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node&, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        if (inputs.size() != 1)
            return fail(ErrorCode::InvalidArgument, "one input is needed.");
        return std::vector { inputs[0] };
    }

    Status forward(OpContext& context) const override
    {
        const auto& unary = context.attributes<Unary>();
        applyInStretches(
            context.input(), context.output(), [&](std::span<float> values) { applyUnary(unary, values); });
        return {};
    }
};

} // namespace

void applyUnary(const Unary& unary, std::span<float> x)
{
    const float alpha = unary.alpha, beta = unary.beta;
    const auto each = [x](const auto& function) { std::transform(x.begin(), x.end(), x.begin(), function); };
    using Kind = Unary::Kind;
    switch (unary.kind) {
    case Kind::Abs:
        return each([](float v) { return std::fabs(v); });
    case Kind::Ceil:
        return each([](float v) { return std::ceil(v); });
    case Kind::Floor:
        return each([](float v) { return std::floor(v); });
    case Kind::Round:
        return each([](float v) { return std::nearbyint(v); });
    case Kind::Neg:
        return each([](float v) { return -v; });
    case Kind::Exp:
        return each([](float v) { return std::exp(v); });
    case Kind::Log:
        return each([](float v) { return std::log(v); });
    case Kind::Sqrt:
        return each([](float v) { return std::sqrt(v); });
    case Kind::Reciprocal:
        return each([](float v) { return 1.0f / v; });
    case Kind::Sign:
        return each(sign);
    case Kind::Sin:
        return each([](float v) { return std::sin(v); });
    case Kind::Cos:
        return each([](float v) { return std::cos(v); });
    case Kind::Erf:
        return each([](float v) { return std::erf(v); });
    case Kind::Sigmoid:
        return sigmoidOf(x.data(), x.size());
    case Kind::Softplus:
        return each(softplus);
    case Kind::Softsign:
        return each([](float v) { return v / (1.0f + std::fabs(v)); });
    case Kind::Not:
        return each([](float v) { return v == 0 ? 1.0f : 0.0f; });
    case Kind::LeakyRelu:
        return each([=](float v) { return v < 0 ? alpha * v : v; });
    case Kind::Elu:
        return each([=](float v) { return v < 0 ? alpha * std::expm1(v) : v; });
    case Kind::Selu:
        return each([=](float v) { return beta * (v < 0 ? alpha * std::expm1(v) : v); });
    case Kind::HardSigmoid:
        return each([=](float v) { return within(alpha * v + beta, 0.0f, 1.0f); });
    case Kind::HardSwish:
        return each([](float v) { return v * within(v / 6.0f + 0.5f, 0.0f, 1.0f); });
    case Kind::Mish:
        return each([](float v) { return v * std::tanh(softplus(v)); });
    case Kind::Clip:
        return each([=](float v) { return within(v, alpha, beta); });
    case Kind::Affine:
        return each([=](float v) { return alpha * v + beta; });
    }
}

const Op& unaryOp()
{
    static const UnaryOp op;
    return op;
}

} // namespace kerf::core
