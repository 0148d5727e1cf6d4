// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace kerf::core {

/// Counter-based generator: value i of stream (seed, stream) is a pure function of the three, so results do not
/// depend on threads, order or the standard library. SplitMix64's finalizer (Steele et al., OOPSLA 2014) over a keyed
/// counter.
class CounterRng {
public:
    explicit CounterRng(std::uint64_t seed, std::uint64_t stream = 0)
        : m_key(mix(seed + 0x9e3779b97f4a7c15ull) ^ mix(stream + 0xd1b54a32d192ed03ull))
    {
    }

    std::uint64_t next() { return at(m_counter++); }
    std::uint64_t at(std::uint64_t counter) const { return mix(m_key + counter * 0x9e3779b97f4a7c15ull); }
    /// Uniform in [0, 1), 53 random bits.
    double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    /// Uniform in [0, bound), without modulo bias that matters for bound < 2^32.
    std::uint64_t below(std::uint64_t bound)
    {
        __extension__ using Wide = unsigned __int128;
        return static_cast<std::uint64_t>((static_cast<Wide>(next()) * bound) >> 64);
    }
    /// Standard normal by Box-Muller, one of the pair.
    double normal()
    {
        const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
        return radius * std::cos(2.0 * std::numbers::pi * uniform());
    }

private:
    static std::uint64_t mix(std::uint64_t x)
    {
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
        return x ^ (x >> 31);
    }

    std::uint64_t m_key;
    std::uint64_t m_counter = 0;
};

} // namespace kerf::core
