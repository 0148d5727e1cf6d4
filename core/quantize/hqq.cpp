// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "core/base/parallel.h"
#include "core/quantize/group_params.h"
#include "core/quantize/methods.h"
#include "core/quantize/output_error.h"

namespace kerf::core {
namespace {

// The reference's settings (mobiusml/hqq, core/optimize.py).
constexpr float kNorm = 0.7f;
constexpr float kFirstBeta = 10.0f, kBetaGrowth = 1.01f;
constexpr int kIterations = 20;
constexpr std::int64_t kRowTile = 8;

/// One group: zero point, or scale where a format has no zero, by half-quadratic splitting of Σ |w - Q(w)|^0.7.
/// Errors are split into a sparse part, which is left alone, and a rest that least squares brings to 0 on average.
class HalfQuadratic {
public:
    HalfQuadratic(const Format& format, std::int64_t groupSize)
        : m_format(format)
        , m_scales(static_cast<std::size_t>(groupSize))
        , m_zeros(m_scales.size())
        , m_rounded(m_scales.size())
        , m_codes(m_scales.size())
    {
    }

    void run(std::span<const float> values, float& scale, float& zero)
    {
        if (!m_format.isSymmetric())
            iterate(values, false, scale, zero);
        // A zero point that is stored as a code can hardly move: the scale does what it cannot.
        if (m_format.isSymmetric() || m_format.zeroKind() == ZeroKind::Code)
            iterate(values, true, scale, zero);
    }

    /// Mean |w - Q(w)|.
    double distance(std::span<const float> values, float scale, float zero)
    {
        round(values, scale, zero);
        double sum = 0;
        for (std::size_t i = 0; i < values.size(); ++i)
            sum += static_cast<double>(std::abs(values[i] - m_rounded[i]));
        return sum / static_cast<double>(values.size());
    }

private:
    /// Only the best that can be stored is kept; the iteration itself goes on with real numbers.
    void iterate(std::span<const float> values, bool movesScale, float& scale, float& zero)
    {
        float triedScale = scale, triedZero = zero, beta = kFirstBeta;
        double least = distance(values, scale, zero);
        for (int iteration = 0; iteration < kIterations && least > 0; ++iteration) {
            round(values, triedScale, triedZero);
            if (movesScale)
                triedScale = fittedScale(values, beta, triedScale, triedZero);
            else
                triedZero = fittedZero(values, beta, triedScale, triedZero);
            beta *= kBetaGrowth;
            const float storedScale = m_format.storedScale(triedScale), storedZero = m_format.storedZero(triedZero);
            const double error = distance(values, storedScale, storedZero);
            if (error < least) {
                least = error;
                scale = storedScale;
                zero = storedZero;
            }
        }
    }
    void round(std::span<const float> values, float scale, float zero)
    {
        if (m_format.zeroKind() == ZeroKind::Code)
            return roundAround(values, scale, zero);
        std::fill(m_scales.begin(), m_scales.end(), scale);
        std::fill(m_zeros.begin(), m_zeros.end(), zero);
        m_format.quantize(values, m_scales, m_zeros, m_codes, m_rounded);
    }
    /// Integers around a zero point that need not be whole.
    void roundAround(std::span<const float> values, float scale, float zero)
    {
        const float most = m_format.levels().back();
        for (std::size_t i = 0; i < values.size(); ++i) {
            const float code = std::clamp(std::nearbyint(values[i] / scale + zero), 0.0f, most);
            m_codes[i] = static_cast<std::uint8_t>(code);
            m_rounded[i] = scale * (code - zero);
        }
    }
    /// The sparse part of an error: shrunk towards 0, small ones to 0.
    static float shrunk(float error, float beta)
    {
        const float size = std::abs(error);
        return size > 0 ? std::copysign(std::max(size - std::pow(size, kNorm - 1) / beta, 0.0f), error) : 0.0f;
    }
    float fittedZero(std::span<const float> values, float beta, float scale, float zero) const
    {
        const bool isCode = m_format.zeroKind() == ZeroKind::Code;
        double sum = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const float dense = values[i] - shrunk(values[i] - m_rounded[i], beta);
            const float level = m_format.levels()[m_codes[i]];
            sum += static_cast<double>(isCode ? level - dense / scale : scale * level - dense);
        }
        const double mean = sum / static_cast<double>(values.size());
        return std::isfinite(mean) ? static_cast<float>(mean) : zero;
    }
    float fittedScale(std::span<const float> values, float beta, float scale, float zero) const
    {
        const double origin = m_format.zeroKind() == ZeroKind::Code ? static_cast<double>(zero) : 0.0;
        double product = 0, squares = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const float dense = values[i] - shrunk(values[i] - m_rounded[i], beta);
            const double level = static_cast<double>(m_format.levels()[m_codes[i]]) - origin;
            product += level * static_cast<double>(dense);
            squares += level * level;
        }
        const double fitted = squares > 0 ? product / squares : 0.0;
        return std::isfinite(fitted) && fitted != 0 ? static_cast<float>(fitted) : scale;
    }

    const Format& m_format;
    std::vector<float> m_scales, m_zeros, m_rounded;
    std::vector<std::uint8_t> m_codes;
};

std::span<const float> groupOf(const Matrix& weight, std::int64_t row, std::int64_t group, std::int64_t size)
{
    return { weight.data() + row * weight.cols() + group * size, static_cast<std::size_t>(size) };
}

GroupParams halfQuadraticParams(const Matrix& weight, const Format& format, const JobContext& job)
{
    const std::int64_t size = format.groupSize(weight.cols());
    GroupParams params = minMaxParams(weight, format);
    const bool hasZeros = params.zeros.size() > 0;
    parallelFor((weight.rows() + kRowTile - 1) / kRowTile, [&](std::int64_t tile) {
        HalfQuadratic group(format, size);
        for (std::int64_t row = tile * kRowTile; row < std::min(weight.rows(), (tile + 1) * kRowTile); ++row)
            for (std::int64_t g = 0; g < params.scales.rows() && !job.stopRequested(); ++g) {
                float zero = hasZeros ? params.zeros(g, row) : 0.0f;
                group.run(groupOf(weight, row, g, size), params.scales(g, row), zero);
                if (hasZeros)
                    params.zeros(g, row) = zero;
            }
    });
    format.snapParams(
        { weight.rows(), weight.cols() }, params, [&](std::int64_t g, std::int64_t row, float scale, float zero) {
            return HalfQuadratic(format, size).distance(groupOf(weight, row, g, size), scale, zero);
        });
    return params;
}

class HqqMethod final : public Method {
public:
    const std::string& name() const override { return m_name; }
    const std::string& summary() const override { return m_summary; }
    bool needsStatistics() const override { return false; }
    Result<LayerResult> quantize(const LayerProblem& problem, const JobContext& job) const override
    {
        const auto start = std::chrono::steady_clock::now();
        KERF_CHECK(checkProblem(problem, m_name));
        const GroupParams params = halfQuadraticParams(problem.weight, *problem.format, job);
        KERF_CHECK(job.checkStop());
        QuantizedTensor tensor = roundWeight(problem.weight, problem.format, params);
        LayerReport report = reportOn(problem, *this, tensor);
        if (problem.statistics) {
            const Matrix& hessian = problem.statistics->hessian;
            const GroupParams minMax = minMaxParams(problem.weight, *problem.format);
            KERF_TRY(const double error, outputError(problem.weight, tensor, hessian, job));
            KERF_TRY(const double plain,
                outputError(problem.weight, roundWeight(problem.weight, problem.format, minMax), hessian, job));
            KERF_TRY(const double energy, outputEnergy(problem.weight, hessian, job));
            report.relativeError = errorRatio(error, energy);
            report.rtnRelativeError = errorRatio(plain, energy);
        }
        noteClampedScales(*problem.format, params, report.fallbacks);
        report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return LayerResult { std::move(tensor), std::move(report) };
    }

private:
    std::string m_name = "hqq";
    std::string m_summary = "HQQ (Badri and Shaji, 2023): moves zero points so that large errors count less than in "
                            "least squares. Needs no data.";
};

} // namespace

const Method& hqqMethod()
{
    static const HqqMethod method;
    return method;
}

} // namespace kerf::core
