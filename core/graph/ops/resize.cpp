// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/resize.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "core/graph/ops/axes.h"
#include "core/graph/ops/broadcast.h"
#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

constexpr std::size_t kMostTaps = 4;

/// What one element of the result is made of, along one dimension.
struct Taps {
    std::array<std::int64_t, kMostTaps> index {};
    std::array<double, kMostTaps> weight {};
    std::size_t count = 0;
    bool isOutside = false;

    void add(std::int64_t at, double share, std::int64_t size)
    {
        index[count] = std::clamp<std::int64_t>(at, 0, size - 1);
        weight[count++] = share;
    }
};

/// One dimension. Coordinates are in float32, as runtimes have them: in double, other elements would be the nearest.
class Axis {
public:
    Axis(const Resize& resize, std::size_t axis, std::int64_t from)
        : m_resize(resize)
        , m_from(static_cast<float>(from))
        , m_to(static_cast<float>(resize.sizes[axis]))
        , m_scale(resize.scales.empty() ? m_to / m_from : resize.scales[axis])
        , m_start(resize.starts.empty() ? 0.0f : resize.starts[axis])
        , m_end(resize.ends.empty() ? 1.0f : resize.ends[axis])
        , m_size(from)
    {
        for (std::int64_t i = 0; i < resize.sizes[axis]; ++i)
            m_taps.push_back(tapsOf(coordinate(static_cast<float>(i))));
    }

    const std::vector<Taps>& taps() const { return m_taps; }
    bool isIdentity() const
    {
        for (std::size_t i = 0; i < m_taps.size(); ++i)
            for (std::size_t tap = 0; tap < m_taps[i].count; ++tap)
                if (m_taps[i].weight[tap] != 0 && m_taps[i].index[tap] != static_cast<std::int64_t>(i))
                    return false;
        return static_cast<std::int64_t>(m_taps.size()) == m_size;
    }

private:
    float coordinate(float x) const
    {
        using Coordinates = Resize::Coordinates;
        switch (m_resize.coordinates) {
        case Coordinates::HalfPixel:
            return (x + 0.5f) / m_scale - 0.5f;
        case Coordinates::HalfPixelSymmetric: {
            const float adjustment = m_to / (m_scale * m_from);
            return m_from / 2.0f * (1.0f - adjustment) + (x + 0.5f) / m_scale - 0.5f;
        }
        case Coordinates::PytorchHalfPixel:
            return m_to > 1 ? (x + 0.5f) / m_scale - 0.5f : 0.0f;
        case Coordinates::AlignCorners:
            return m_to > 1 ? x * (m_from - 1) / (m_to - 1) : 0.0f;
        case Coordinates::Asymmetric:
            return x / m_scale;
        case Coordinates::TfCropAndResize:
            break;
        }
        return m_to > 1 ? m_start * (m_from - 1) + x * (m_end - m_start) * (m_from - 1) / (m_to - 1)
                        : 0.5f * (m_start + m_end) * (m_from - 1);
    }

    Taps tapsOf(float x) const
    {
        Taps taps;
        taps.isOutside = m_resize.coordinates == Resize::Coordinates::TfCropAndResize && (x < 0 || x > m_from - 1);
        if (m_resize.mode == Resize::Mode::Nearest) {
            taps.add(nearest(x), 1, m_size);
            return taps;
        }
        const auto below = static_cast<std::int64_t>(std::floor(x));
        const double rest = static_cast<double>(x) - static_cast<double>(below);
        if (m_resize.mode == Resize::Mode::Linear) {
            taps.add(below, 1 - rest, m_size);
            taps.add(below + 1, rest, m_size);
        } else {
            addCubic(below, rest, taps);
        }
        return taps;
    }

    std::int64_t nearest(float x) const
    {
        using Nearest = Resize::Nearest;
        switch (m_resize.nearest) {
        case Nearest::RoundPreferFloor:
            return static_cast<std::int64_t>(std::ceil(x - 0.5f));
        case Nearest::RoundPreferCeil:
            return static_cast<std::int64_t>(std::floor(x + 0.5f));
        case Nearest::Floor:
            return static_cast<std::int64_t>(std::floor(x));
        case Nearest::Ceil:
            break;
        }
        return static_cast<std::int64_t>(std::ceil(x));
    }

    /// Keys, "Cubic convolution interpolation for digital image processing", 1981.
    void addCubic(std::int64_t below, double rest, Taps& taps) const
    {
        const auto a = static_cast<double>(m_resize.cubicCoefficient);
        const auto near = [a](double s) { return ((a + 2) * s - (a + 3)) * s * s + 1; };
        const auto far = [a](double s) { return ((a * s - 5 * a) * s + 8 * a) * s - 4 * a; };
        const std::array<double, kMostTaps> weights { far(rest + 1), near(rest), near(1 - rest), far(2 - rest) };
        double sum = 0;
        for (std::size_t i = 0; i < kMostTaps; ++i) {
            const std::int64_t at = below - 1 + static_cast<std::int64_t>(i);
            const bool isLeftOut = m_resize.excludesOutside && (at < 0 || at >= m_size);
            taps.add(at, isLeftOut ? 0.0 : weights[i], m_size);
            sum += taps.weight[i];
        }
        if (m_resize.excludesOutside)
            for (double& weight : taps.weight)
                weight /= sum;
    }

    const Resize& m_resize;
    float m_from, m_to, m_scale, m_start, m_end;
    std::int64_t m_size;
    std::vector<Taps> m_taps;
};

/// Every sample along one dimension: [outer, size, inner] becomes [outer, taps, inner].
Matrix alongAxis(const MatrixRef& x, const AxisView& view, const std::vector<Taps>& taps)
{
    const auto size = static_cast<std::int64_t>(taps.size());
    Matrix y(x.rows(), view.outer * size * view.inner);
    parallelFor(x.rows() * view.outer, [&](std::int64_t task) {
        const std::int64_t row = task / view.outer, outer = task % view.outer;
        const float* const from = x.row(row).data() + outer * view.size * view.inner;
        float* to = y.row(row).data() + outer * size * view.inner;
        for (const Taps& made : taps) {
            if (made.count == 1) {
                to = std::copy_n(from + made.index[0] * view.inner, view.inner, to);
                continue;
            }
            for (std::int64_t i = 0; i < view.inner; ++i) {
                double sum = 0;
                for (std::size_t tap = 0; tap < made.count; ++tap)
                    sum += made.weight[tap] * static_cast<double>(from[made.index[tap] * view.inner + i]);
                *to++ = static_cast<float>(sum);
            }
        }
    });
    return y;
}

/// Overwrites what lies outside along one dimension.
void extrapolate(MutableMatrixRef y, const AxisView& view, const std::vector<Taps>& taps, float value)
{
    for (std::int64_t row = 0; row < y.rows(); ++row)
        for (std::int64_t line = 0; line < view.outer * view.size; ++line)
            if (taps[static_cast<std::size_t>(line % view.size)].isOutside)
                std::fill_n(y.row(row).data() + line * view.inner, view.inner, value);
}

class ResizeOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "resize", "Resize", {} };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        const auto& resize = attributesOf<Resize>(node);
        const std::size_t rank = inputs[0].shape.size();
        const auto fits = [rank](const std::vector<float>& values) { return values.empty() || values.size() == rank; };
        if (resize.sizes.size() != rank || !fits(resize.scales) || !fits(resize.starts) || !fits(resize.ends)
            || resize.starts.size() != resize.ends.size())
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{} sizes and {} scales are given for {}.", resize.sizes.size(), resize.scales.size(),
                    dimensionsText(inputs[0].shape)));
        if (std::ranges::any_of(resize.sizes, [](std::int64_t size) { return size < 1; }) || inputs[0].width() == 0
            || std::ranges::any_of(resize.scales, [](float scale) { return !(scale > 0); }))
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{} cannot be made of {}: sizes start at 1, scales are above 0.",
                    dimensionsText(resize.sizes), dimensionsText(inputs[0].shape)));
        return std::vector { ValueType { resize.sizes, inputs[0].rows, ElementType::Float } };
    }

    Status forward(OpContext& context) const override
    {
        const auto& resize = context.attributes<Resize>();
        Shape shape = context.shape(0);
        Matrix values = context.input();
        std::vector<Axis> axes;
        for (std::size_t axis = 0; axis < shape.size(); ++axis) {
            axes.emplace_back(resize, axis, shape[axis]);
            if (!axes[axis].isIdentity())
                values = alongAxis(values, AxisView(shape, axis), axes[axis].taps());
            shape[axis] = resize.sizes[axis];
        }
        MutableMatrixRef y = context.output();
        y = values;
        for (std::size_t axis = 0; axis < shape.size(); ++axis)
            extrapolate(y, AxisView(shape, axis), axes[axis].taps(), resize.extrapolation);
        return {};
    }
};

} // namespace

const Op& resizeOp()
{
    static const ResizeOp op;
    return op;
}

} // namespace kerf::core
