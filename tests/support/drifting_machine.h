// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/evaluate/sitting.h"

namespace kerf::test {

/// What one use of a kernel costs on a quiet machine, and how much of it waits for memory.
struct ModelledKernel {
    double seconds = 0;
    double bandwidthShare = 0; ///< the rest follows the clock
};

/// A machine whose clock and bandwidth drift apart from sitting to sitting: seconds = quiet seconds × clock^(1 - share)
/// × bandwidth^share × noise. log clock and log bandwidth are autoregressive of first order (correlation `memory`
/// between sittings), with standard deviations .08 and .15; in half of the sittings (that too with `memory`) another
/// process makes bandwidth and clock dearer by factors of about 1.5 and 1.15; the noise of a kernel's median is 2 %.
class DriftingMachine {
public:
    DriftingMachine(std::map<std::string, ModelledKernel> kernels, double memory, std::uint64_t seed)
        : m_kernels(std::move(kernels))
        , m_memory(memory)
        , m_random(seed)
    {
        m_clock = kClock * m_random.normal();
        m_bandwidth = kBandwidth * m_random.normal();
        m_isLoaded = m_random.uniform() < 0.5;
    }

    core::Sitting sit(std::int64_t time)
    {
        core::Sitting sitting { "a drifting machine", time, 24, {} };
        const double load = m_isLoaded ? 1 + 0.2 * m_random.normal() : 0;
        const double clock = m_clock + std::log(1.15) * load, bandwidth = m_bandwidth + std::log(1.5) * load;
        for (const auto& [name, kernel] : m_kernels) {
            const double share = kernel.bandwidthShare;
            core::KernelTime& measured = sitting.kernels[name];
            measured.seconds
                = kernel.seconds * std::exp((1 - share) * clock + share * bandwidth + kNoise * m_random.normal());
            measured.standardError = kNoise * measured.seconds;
            measured.bytes = 1000;
        }
        step();
        return sitting;
    }

private:
    static constexpr double kClock = 0.08, kBandwidth = 0.15, kNoise = 0.02;

    void step()
    {
        const double fresh = std::sqrt(1 - m_memory * m_memory);
        m_clock = m_memory * m_clock + fresh * kClock * m_random.normal();
        m_bandwidth = m_memory * m_bandwidth + fresh * kBandwidth * m_random.normal();
        if (m_random.uniform() >= (1 + m_memory) / 2)
            m_isLoaded = !m_isLoaded;
    }

    std::map<std::string, ModelledKernel> m_kernels;
    double m_memory;
    core::CounterRng m_random;
    double m_clock = 0, m_bandwidth = 0;
    bool m_isLoaded = false;
};

} // namespace kerf::test
