// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/machine_probe.h"

#include <array>
#include <cblas.h>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "core/base/parallel.h"
#include "core/evaluate/random_tensor.h"
#include "core/format/format.h"
#include "core/graph/activation_linear.h"
#include "kernels/dense_linear.h"
#include "kernels/integer_linear.h"
#include "kernels/quantized_linear.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kTileFloats = 1 << 18; ///< of the buffer: 1 MiB
constexpr std::int64_t kSide = 512; ///< of the float32 matrices: three fit the second-level cache
constexpr int kProducts = 4; ///< of a sample and thread: the start of threads then does not count
constexpr std::int64_t kRows = 2048, kTokens = 256; ///< of the INT8 product

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Keeps what was read from being taken for unused.
volatile float g_seen = 0;

} // namespace

std::string fastestKernels()
{
    return fmt::format("{}, {}, {}", kernels::denseLinearKernels().front()->name,
        kernels::quantizedLinearKernels().front()->name, kernels::integerLinearKernels().front()->name);
}

Result<MachineProbe> MachineProbe::make(std::size_t bufferBytes)
{
    MachineProbe probe;
    probe.m_buffer.assign(bufferBytes / sizeof(float), 1.0f);
    const auto threads = static_cast<std::size_t>(threadCount());
    probe.m_left.assign(threads, Matrix::Constant(kSide, kSide, 0.5f));
    probe.m_right = probe.m_left;
    probe.m_products = probe.m_left;
    KERF_TRY(const FormatPtr format, parseFormat("int8-channel"));
    KERF_TRY(
        probe.m_int8, makeActivationLinear(randomTensor(format, { kRows, kRows }), { ActivationFormat::Int8Token }));
    probe.m_tokens = Matrix::Constant(kTokens, kRows, 0.5f);
    probe.sample(); // the first finds nothing warm
    probe.m_bandwidths.clear();
    probe.m_float32s.clear();
    probe.m_int8s.clear();
    return probe;
}

void MachineProbe::sample()
{
    m_bandwidths.push_back(bandwidth());
    m_float32s.push_back(float32());
    m_int8s.push_back(int8());
}

MachineFigures MachineProbe::figures() const
{
    return { sampleMedian(m_bandwidths), sampleMedian(m_float32s), sampleMedian(m_int8s) };
}

double MachineProbe::bandwidth()
{
    const auto tiles = static_cast<std::int64_t>(m_buffer.size()) / kTileFloats;
    std::vector<float> sums(static_cast<std::size_t>(tiles));
    const auto start = Clock::now();
    parallelFor(tiles, [&](std::int64_t tile) {
        sums[static_cast<std::size_t>(tile)]
            = Eigen::Map<const Eigen::ArrayXf>(m_buffer.data() + tile * kTileFloats, kTileFloats).sum();
    });
    const double seconds = secondsSince(start);
    for (const float sum : sums)
        g_seen = g_seen + sum;
    return static_cast<double>(tiles * kTileFloats) * sizeof(float) / seconds;
}

double MachineProbe::float32()
{
    const auto threads = static_cast<std::int64_t>(m_left.size());
    const auto start = Clock::now();
    parallelFor(threads, [&](std::int64_t thread) {
        const auto at = static_cast<std::size_t>(thread);
        for (int i = 0; i < kProducts; ++i)
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, kSide, kSide, kSide, 1.0f, m_left[at].data(), kSide,
                m_right[at].data(), kSide, 0.0f, m_products[at].data(), kSide);
    });
    const double seconds = secondsSince(start);
    g_seen = g_seen + m_products.front()(0, 0);
    return static_cast<double>(threads * kProducts * 2 * kSide * kSide * kSide) / seconds;
}

double MachineProbe::int8() const
{
    Matrix out(kTokens, kRows);
    const auto start = Clock::now();
    m_int8->apply(m_tokens, std::array { kTokens }, out);
    const double seconds = secondsSince(start);
    g_seen = g_seen + out(0, 0);
    return static_cast<double>(2 * kRows * kRows * kTokens) / seconds;
}

} // namespace kerf::core
