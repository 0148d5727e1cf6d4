// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/data/resize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>
#include <vector>

namespace kerf::core {
namespace {

constexpr int kWeightBits = 22; ///< of Pillow's fixed-point weights (libImaging/Resample.c)

double triangle(double x)
{
    return std::max(0.0, 1 - std::abs(x));
}

double cubic(double x)
{
    constexpr double a = -0.5;
    x = std::abs(x);
    if (x < 1)
        return ((a + 2) * x - (a + 3)) * x * x + 1;
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

double sinc(double x)
{
    return x == 0 ? 1 : std::sin(x * std::numbers::pi) / (x * std::numbers::pi);
}

double lanczos(double x)
{
    return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
}

struct Kernel {
    double (*value)(double);
    double support; ///< it is 0 beyond, in pixels of the smaller scale
};

Kernel kernelOf(ResizeFilter filter)
{
    if (filter == ResizeFilter::Bicubic)
        return { &cubic, 2 };
    return filter == ResizeFilter::Lanczos ? Kernel { &lanczos, 3 } : Kernel { &triangle, 1 };
}

/// Where an output pixel's inputs begin and what they weigh, in one direction.
struct Taps {
    std::int64_t first = 0;
    std::vector<int> weights;
};

Taps fixedPoint(std::int64_t first, std::span<const double> weights)
{
    Taps taps { first, {} };
    for (const double weight : weights)
        taps.weights.push_back(static_cast<int>((weight < 0 ? -0.5 : 0.5) + weight * (1 << kWeightBits)));
    return taps;
}

std::vector<Taps> pillowTaps(std::int64_t from, std::int64_t to, const Kernel& kernel)
{
    const double scale = static_cast<double>(from) / static_cast<double>(to);
    const double stretch = std::max(1.0, scale), support = kernel.support * stretch;
    std::vector<Taps> all;
    for (std::int64_t i = 0; i < to; ++i) {
        const double center = (static_cast<double>(i) + 0.5) * scale;
        // NOLINTBEGIN(bugprone-incorrect-roundings): cut off towards 0, as Pillow has it
        const auto first = std::max<std::int64_t>(0, static_cast<std::int64_t>(center - support + 0.5));
        const auto end = std::min<std::int64_t>(from, static_cast<std::int64_t>(center + support + 0.5));
        // NOLINTEND(bugprone-incorrect-roundings)
        std::vector<double> weights;
        double sum = 0;
        for (std::int64_t at = first; at < end; ++at) {
            weights.push_back(kernel.value((static_cast<double>(at) - center + 0.5) * (1 / stretch)));
            sum += weights.back();
        }
        for (double& weight : weights)
            weight = sum != 0 ? weight / sum : weight;
        all.push_back(fixedPoint(first, weights));
    }
    return all;
}

std::vector<Taps> nearestTaps(std::int64_t from, std::int64_t to)
{
    std::vector<Taps> all;
    for (std::int64_t i = 0; i < to; ++i) {
        const double at = (static_cast<double>(i) + 0.5) * (static_cast<double>(from) / static_cast<double>(to));
        all.push_back({ std::min(from - 1, static_cast<std::int64_t>(at)), { 1 << kWeightBits } });
    }
    return all;
}

std::uint8_t clipped(std::int64_t sum)
{
    return static_cast<std::uint8_t>(std::clamp<std::int64_t>(sum >> kWeightBits, 0, 255));
}

/// Rows become as long as there are taps.
Image resizedRows(const Image& image, const std::vector<Taps>& taps)
{
    Image result { { static_cast<std::int64_t>(taps.size()), image.size.height }, {} };
    result.rgb.reserve(static_cast<std::size_t>(result.size.width * result.size.height * 3));
    for (std::int64_t row = 0; row < image.size.height; ++row)
        for (const Taps& each : taps) {
            const std::uint8_t* pixel = image.at(row, each.first);
            std::array<std::int64_t, 3> sum;
            sum.fill(1 << (kWeightBits - 1));
            for (const int weight : each.weights)
                for (std::int64_t& channel : sum)
                    channel += static_cast<std::int64_t>(weight) * *pixel++;
            for (const std::int64_t channel : sum)
                result.rgb.push_back(clipped(channel));
        }
    return result;
}

/// There become as many rows as there are taps.
Image resizedColumns(const Image& image, const std::vector<Taps>& taps)
{
    Image result { { image.size.width, static_cast<std::int64_t>(taps.size()) }, {} };
    const auto rowBytes = static_cast<std::size_t>(image.size.width * 3);
    result.rgb.reserve(rowBytes * taps.size());
    std::vector<std::int64_t> sum(rowBytes);
    for (const Taps& each : taps) {
        std::ranges::fill(sum, 1 << (kWeightBits - 1));
        for (std::size_t tap = 0; tap < each.weights.size(); ++tap) {
            const std::uint8_t* row = image.at(each.first + static_cast<std::int64_t>(tap), 0);
            const std::int64_t weight = each.weights[tap];
            for (std::size_t i = 0; i < rowBytes; ++i)
                sum[i] += weight * row[i];
        }
        for (const std::int64_t value : sum)
            result.rgb.push_back(clipped(value));
    }
    return result;
}

/// The two pixels around a place, and how far it is from the first: OpenCV's, whose edges are repeated.
struct Between {
    std::int64_t first, second;
    int firstWeight, secondWeight; ///< 11 bits (modules/imgproc/src/resize.cpp)
};

std::vector<Between> plainPlaces(std::int64_t from, std::int64_t to)
{
    std::vector<Between> places;
    const double scale = static_cast<double>(from) / static_cast<double>(to);
    for (std::int64_t i = 0; i < to; ++i) {
        auto at = static_cast<float>((static_cast<double>(i) + 0.5) * scale - 0.5);
        auto first = static_cast<std::int64_t>(std::floor(at));
        at -= static_cast<float>(first);
        if (first < 0 || first >= from - 1) {
            first = std::clamp<std::int64_t>(first, 0, from - 1);
            at = 0;
        }
        const auto second = static_cast<int>(std::lrint(at * 2048));
        places.push_back(
            { first, std::min(first + 1, from - 1), static_cast<int>(std::lrint((1 - at) * 2048)), second });
    }
    return places;
}

Image resizedPlainly(const Image& image, ImageSize size)
{
    const std::vector<Between> columns = plainPlaces(image.size.width, size.width);
    Image result { size, {} };
    result.rgb.reserve(static_cast<std::size_t>(size.width * size.height * 3));
    for (const Between& row : plainPlaces(image.size.height, size.height))
        for (const Between& column : columns)
            for (int channel = 0; channel < 3; ++channel) {
                const auto along = [&](std::int64_t line) {
                    return image.at(line, column.first)[channel] * column.firstWeight
                        + image.at(line, column.second)[channel] * column.secondWeight;
                };
                const int sum = ((row.firstWeight * (along(row.first) >> 4)) >> 16)
                    + ((row.secondWeight * (along(row.second) >> 4)) >> 16);
                result.rgb.push_back(static_cast<std::uint8_t>(std::clamp((sum + 2) >> 2, 0, 255)));
            }
    return result;
}

} // namespace

Image resizeImage(const Image& image, ImageSize size, ResizeFilter filter)
{
    if (size == image.size)
        return image;
    if (filter == ResizeFilter::PlainBilinear)
        return resizedPlainly(image, size);
    const auto taps = [filter](std::int64_t from, std::int64_t to) {
        return filter == ResizeFilter::Nearest ? nearestTaps(from, to) : pillowTaps(from, to, kernelOf(filter));
    };
    Image result = size.width == image.size.width ? image : resizedRows(image, taps(image.size.width, size.width));
    return size.height == image.size.height ? result : resizedColumns(result, taps(image.size.height, size.height));
}

} // namespace kerf::core
