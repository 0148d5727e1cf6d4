// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/linear_check.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "core/base/dtype.h"
#include "core/base/random.h"

namespace kerf::core {
namespace {

constexpr double kUnitRoundoff = 0x1p-24;

/// Keeps the deviation that stands worse against its bound; a NaN error is the worst of all.
void keepWorse(LinearDeviation& worst, double error, double bound)
{
    if (std::isnan(error))
        error = std::numeric_limits<double>::infinity();
    if (error * worst.bound >= worst.error * bound)
        worst = { error, bound };
}

struct Truth {
    double value = 0;
    double bound = 0;
};

Truth truthAt(const LinearProblem& p, double activationError, std::int64_t token, std::int64_t row)
{
    const LinearCase& c = p.shape;
    double value = 0, magnitude = 0, rounding = 0, chunks = 0;
    for (std::int64_t group = 0; group < c.cols / c.groupSize; ++group) {
        const auto at = static_cast<std::size_t>(row * (c.cols / c.groupSize) + group);
        const double scale = p.scales[at];
        for (std::int64_t first = 0; first < c.groupSize; first += kernels::kChunkColumns) {
            double largest = 0, weights = 0;
            for (std::int64_t i = first; i < std::min(first + kernels::kChunkColumns, c.groupSize); ++i) {
                const std::int64_t packed = group * c.groupSize + i;
                const std::int64_t column = p.order.empty() ? packed : p.order[static_cast<std::size_t>(packed)];
                const int code = p.codes[static_cast<std::size_t>(row * c.cols + column)];
                const double x = p.x[static_cast<std::size_t>(token * c.cols + column)];
                value += scale * (code - p.zeros[at]) * x;
                magnitude += scale * (code + p.zeros[at]) * std::abs(x);
                weights += scale * std::abs(code - p.zeros[at]);
                largest = std::max(largest, std::abs(x));
            }
            rounding += activationError * largest * weights;
            ++chunks;
        }
    }
    return { value, (double(kernels::kChunkColumns) + chunks + 8) * kUnitRoundoff * magnitude + rounding };
}

float randomActivation(CounterRng& random)
{
    const double value = random.normal();
    return static_cast<float>(random.below(50) == 0 ? 30.0 * value : value);
}

/// Random elements of a stored type, as bits.
std::vector<std::byte> randomElements(kernels::DenseType type, std::size_t count, CounterRng& random)
{
    std::vector<std::byte> bytes(count * static_cast<std::size_t>(kernels::denseElementSize(type)));
    for (std::size_t i = 0; i < count; ++i) {
        const auto value = static_cast<float>(random.normal());
        if (type == kernels::DenseType::Float32)
            reinterpret_cast<float*>(bytes.data())[i] = value;
        else
            reinterpret_cast<std::uint16_t*>(bytes.data())[i]
                = type == kernels::DenseType::BFloat16 ? floatToBfloat16(value) : floatToHalf(value);
    }
    return bytes;
}

double elementAt(kernels::DenseType type, const std::vector<std::byte>& bytes, std::size_t i)
{
    if (type == kernels::DenseType::Float32)
        return reinterpret_cast<const float*>(bytes.data())[i];
    const std::uint16_t bits = reinterpret_cast<const std::uint16_t*>(bytes.data())[i];
    return type == kernels::DenseType::BFloat16 ? bfloat16ToFloat(bits) : halfToFloat(bits);
}

} // namespace

LinearProblem::LinearProblem(const LinearCase& c, float magnitude)
    : shape(c)
{
    CounterRng random(static_cast<std::uint64_t>(c.rows * 131 + c.cols * 7 + c.tokens), std::uint64_t(c.bits));
    codes.resize(static_cast<std::size_t>(c.rows * c.cols));
    scales.resize(static_cast<std::size_t>(c.rows * c.cols / c.groupSize));
    zeros.resize(scales.size());
    x.resize(static_cast<std::size_t>(c.tokens * c.cols));
    for (std::uint8_t& code : codes)
        code = static_cast<std::uint8_t>(random.below(1u << unsigned(c.bits)));
    for (float& scale : scales) {
        scale = static_cast<float>(0.001 + 0.01 * random.uniform());
        if (c.halfScales)
            scale = roundToHalf(scale);
    }
    for (std::uint8_t& zero : zeros)
        zero = static_cast<std::uint8_t>(
            c.symmetric ? 1u << unsigned(c.bits - 1) : unsigned(random.below(1u << unsigned(c.bits))));
    for (float& value : x)
        value = magnitude * randomActivation(random);
    if (!c.reordered)
        return;
    order.resize(static_cast<std::size_t>(c.cols));
    std::iota(order.begin(), order.end(), 0);
    for (std::size_t i = order.size(); i > 1; --i)
        std::swap(order[i - 1], order[random.below(i)]);
}

kernels::QuantizedMatrix LinearProblem::matrix() const
{
    return { shape.rows, shape.cols, shape.groupSize, shape.bits, codes.data(), scales.data(), zeros.data(), order };
}

std::vector<float> runQuantizedLinear(
    const LinearProblem& problem, const kernels::QuantizedLinearKernel& kernel, std::int64_t blocksAtOnce)
{
    const kernels::PackedMatrix packed(problem.matrix());
    const kernels::ActivationView x { problem.x.data(), problem.shape.tokens, problem.shape.cols };
    kernels::PreparedActivations prepared;
    kernel.allocate(packed, x.tokens, prepared);
    for (std::int64_t token = 0; token < x.tokens; token += kernels::kTokenTile)
        kernel.prepare(packed, x, token, std::min(token + kernels::kTokenTile, x.tokens), prepared);
    std::vector<float> y(
        static_cast<std::size_t>(problem.shape.tokens * problem.shape.rows), std::numeric_limits<float>::quiet_NaN());
    for (std::int64_t block = 0; block < packed.rowBlocks(); block += blocksAtOnce)
        kernel.multiply(
            packed, prepared, block, std::min(block + blocksAtOnce, packed.rowBlocks()), y.data(), problem.shape.rows);
    return y;
}

LinearDeviation compareQuantizedLinear(
    const LinearProblem& problem, const std::vector<float>& y, double activationError)
{
    LinearDeviation worst;
    for (std::int64_t token = 0; token < problem.shape.tokens; ++token) {
        for (std::int64_t row = 0; row < problem.shape.rows; ++row) {
            const Truth truth = truthAt(problem, activationError, token, row);
            const double value = y[static_cast<std::size_t>(token * problem.shape.rows + row)];
            keepWorse(worst, std::abs(value - truth.value), truth.bound);
        }
    }
    return worst;
}

LinearDeviation checkQuantizedLinear(const LinearProblem& problem, const kernels::QuantizedLinearKernel& kernel)
{
    return compareQuantizedLinear(problem, runQuantizedLinear(problem, kernel), kernel.activationError);
}

LinearDeviation checkDenseLinear(kernels::DenseType type, std::int64_t rows, std::int64_t cols, std::int64_t tokens,
    const kernels::DenseLinearKernel& kernel)
{
    CounterRng random(static_cast<std::uint64_t>(rows * 31 + cols), static_cast<std::uint64_t>(tokens));
    const std::vector<std::byte> data = randomElements(type, static_cast<std::size_t>(rows * cols), random);
    std::vector<float> x(static_cast<std::size_t>(tokens * cols));
    for (float& value : x)
        value = randomActivation(random);
    std::vector<float> y(static_cast<std::size_t>(tokens * rows), std::numeric_limits<float>::quiet_NaN());
    kernel.multiply({ type, rows, cols, data.data() }, { x.data(), tokens, cols }, 0, rows, y.data(), rows);
    LinearDeviation worst;
    for (std::int64_t token = 0; token < tokens; ++token) {
        for (std::int64_t row = 0; row < rows; ++row) {
            double value = 0, magnitude = 0;
            for (std::int64_t c = 0; c < cols; ++c) {
                const double term = elementAt(type, data, static_cast<std::size_t>(row * cols + c))
                    * x[static_cast<std::size_t>(token * cols + c)];
                value += term;
                magnitude += std::abs(term);
            }
            keepWorse(worst, std::abs(y[static_cast<std::size_t>(token * rows + row)] - value),
                double(cols + 1) * kUnitRoundoff * magnitude);
        }
    }
    return worst;
}

} // namespace kerf::core
