// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include "kernels/aligned_buffer.h"

namespace kerf::core {

/// Memory of one intermediate result that is used again and again: asking the system for fresh pages costs more than
/// a norm. Grows, never shrinks.
class ScratchBuffer {
public:
    /// Uninitialized; valid until the next call.
    float* sized(std::int64_t floats)
    {
        const auto size = static_cast<std::size_t>(floats);
        if (size > m_capacity) {
            m_memory = {}; // before the new one is there: the peak stays low
            m_memory = kernels::CacheLineMemory(size * sizeof(float));
            m_capacity = size;
        }
        return static_cast<float*>(m_memory.begin());
    }

private:
    kernels::CacheLineMemory m_memory;
    std::size_t m_capacity = 0;
};

/// The slots of one run of a section.
using Scratch = std::vector<ScratchBuffer>;

/// Hands scratch to concurrent users and keeps it for the next. Thread-safe.
class ScratchPool {
public:
    Scratch take()
    {
        const std::lock_guard lock(m_mutex);
        if (m_free.empty())
            return {};
        Scratch scratch = std::move(m_free.back());
        m_free.pop_back();
        return scratch;
    }
    void giveBack(Scratch scratch)
    {
        const std::lock_guard lock(m_mutex);
        m_free.push_back(std::move(scratch));
    }

private:
    std::mutex m_mutex;
    std::vector<Scratch> m_free;
};

} // namespace kerf::core
