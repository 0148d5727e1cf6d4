// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/binary.h"

#include <cmath>

#include <fmt/format.h>

#include "core/graph/ops/broadcast.h"
#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

/// An operand: where it lies, and how far its next element is.
struct Operand {
    const float* data;
    std::int64_t step; ///< 0 or 1
};

/// Loops that the compiler can vectorize.
template <class F> void apply(const F& f, Operand a, Operand b, float* y, std::int64_t count)
{
    if (a.step == 1 && b.step == 1)
        for (std::int64_t i = 0; i < count; ++i)
            y[i] = f(a.data[i], b.data[i]);
    else if (a.step == 1)
        std::transform(a.data, a.data + count, y, [&f, right = *b.data](float left) { return f(left, right); });
    else if (b.step == 1)
        std::transform(b.data, b.data + count, y, [&f, left = *a.data](float right) { return f(left, right); });
    else
        std::fill_n(y, count, f(*a.data, *b.data));
}

float smaller(float a, float b)
{
    return a != a || a < b ? a : b; // NaN of either: b is NaN when it is not smaller than a number
}

float larger(float a, float b)
{
    return a != a || a > b ? a : b;
}

float modulo(float a, float b)
{
    const float rest = std::fmod(a, b);
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

/// Exact for whole numbers of float32.
float divideWhole(float a, float b)
{
    return static_cast<float>(std::trunc(static_cast<double>(a) / static_cast<double>(b)));
}

float power(float a, float b)
{
    return b == 2 ? a * a : std::pow(a, b);
}

float truth(bool value)
{
    return value ? 1.0f : 0.0f;
}

void applyBinary(const Binary& binary, Operand a, Operand b, float* y, std::int64_t count)
{
    const auto with = [&](const auto& f) { apply(f, a, b, y, count); };
    using Kind = Binary::Kind;
    switch (binary.kind) {
    case Kind::Add:
        return with([](float l, float r) { return l + r; });
    case Kind::Sub:
        return with([](float l, float r) { return l - r; });
    case Kind::Mul:
        return with([](float l, float r) { return l * r; });
    case Kind::Div:
        return binary.isInteger ? with(divideWhole) : with([](float l, float r) { return l / r; });
    case Kind::Pow:
        return with(power);
    case Kind::Min:
        return with(smaller);
    case Kind::Max:
        return with(larger);
    case Kind::Mod:
        return with(modulo);
    case Kind::Fmod:
        return with([](float l, float r) { return std::fmod(l, r); });
    case Kind::Equal:
        return with([](float l, float r) { return truth(l == r); });
    case Kind::Less:
        return with([](float l, float r) { return truth(l < r); });
    case Kind::LessOrEqual:
        return with([](float l, float r) { return truth(l <= r); });
    case Kind::Greater:
        return with([](float l, float r) { return truth(l > r); });
    case Kind::GreaterOrEqual:
        return with([](float l, float r) { return truth(l >= r); });
    case Kind::And:
        return with([](float l, float r) { return truth(l != 0 && r != 0); });
    case Kind::Or:
        return with([](float l, float r) { return truth(l != 0 || r != 0); });
    case Kind::Xor:
        return with([](float l, float r) { return truth((l != 0) != (r != 0)); });
    case Kind::PRelu:
        return with([](float l, float r) { return l < 0 ? r * l : l; });
    }
}

class BinaryOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "binary", "", { ParameterKind::Numbers }, 3 };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape> parameters) const override
    {
        const auto& binary = attributesOf<Binary>(node);
        if (inputs.size() != (binary.constant ? 1 : 2) || parameters.size() != (binary.constant ? 1 : 0))
            return fail(ErrorCode::InvalidArgument, "two inputs, or one and a constant are needed.");
        if (binary.constant && parameters[0] != Shape { ValueType { *binary.constant, {} }.width() })
            return fail(ErrorCode::InvalidArgument,
                fmt::format("its constant has not the elements of {}.", dimensionsText(*binary.constant)));
        if (inputs.size() == 2 && !(inputs[0].rows == inputs[1].rows))
            return fail(ErrorCode::InvalidArgument, "its two inputs differ in their rows.");
        const std::array<Shape, 2> shapes
            = operandShapes(binary, inputs[0].shape, inputs.size() == 2 ? inputs[1].shape : Shape {});
        KERF_TRY(const Broadcast broadcast, Broadcast::of(shapes));
        if (binary.kind == Binary::Kind::PRelu && broadcast.shape() != shapes[0])
            return fail(ErrorCode::InvalidArgument,
                fmt::format("slopes of {} do not fit {}.", dimensionsText(shapes[1]), dimensionsText(shapes[0])));
        return std::vector { ValueType { broadcast.shape(), inputs[0].rows, ElementType::Float } };
    }

    Status forward(OpContext& context) const override
    {
        const auto& binary = context.attributes<Binary>();
        const bool hasTwo = context.inputCount() == 2;
        KERF_TRY(const Broadcast broadcast,
            Broadcast::of(operandShapes(binary, context.shape(0), hasTwo ? context.shape(1) : Shape {})));
        const MatrixRef first = context.input(0), second = context.input(hasTwo ? 1 : 0);
        const float* const constant = context.vector(0).data();
        MutableMatrixRef y = context.output();
        forEachStretch(y.rows(), y.cols(), [&](std::int64_t row, std::int64_t start, std::int64_t count) {
            const bool isLeft = binary.constant && binary.isConstantLeft;
            const bool isRight = binary.constant && !binary.isConstantLeft;
            const float* const a = isLeft ? constant : first.row(row).data();
            const float* const b = isRight ? constant : second.row(row).data();
            float* const to = y.row(row).data();
            broadcast.walk(start, count, [&](std::int64_t at, std::int64_t length, const auto& offsets) {
                applyBinary(binary, { a + offsets[0], broadcast.step(0) }, { b + offsets[1], broadcast.step(1) },
                    to + at, length);
            });
        });
        return {};
    }

private:
    static std::array<Shape, 2> operandShapes(const Binary& binary, const Shape& first, const Shape& second)
    {
        if (!binary.constant)
            return { first, second };
        return binary.isConstantLeft ? std::array { *binary.constant, first } : std::array { first, *binary.constant };
    }
};

} // namespace

const Op& binaryOp()
{
    static const BinaryOp op;
    return op;
}

} // namespace kerf::core
