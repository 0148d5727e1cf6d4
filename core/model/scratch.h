// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "core/base/matrix.h"

namespace kerf::core {

/// Memory of one intermediate result that is used again and again: asking the system for fresh pages costs more than
/// a norm. Grows, never shrinks.
class ScratchMatrix {
public:
    /// Uninitialized; valid until the next call.
    Eigen::Map<Matrix> shaped(std::int64_t rows, std::int64_t cols)
    {
        const auto size = static_cast<std::size_t>(rows * cols);
        if (size > m_capacity) {
            m_data.reset(); // before the new one is there: the peak stays low
            m_data = std::make_unique_for_overwrite<float[]>(size);
            m_capacity = size;
        }
        return { m_data.get(), rows, cols };
    }

private:
    std::unique_ptr<float[]> m_data;
    std::size_t m_capacity = 0;
};

/// What lies between the layers of one block.
struct BlockScratch {
    ScratchMatrix normalized;
    ScratchMatrix projected; ///< queries, keys and values side by side
    ScratchMatrix attended;
    ScratchMatrix inner;
    ScratchMatrix gate;
    ScratchMatrix output;
    ScratchMatrix hidden; ///< a copy, when the original is to stay
};

/// Hands scratch to concurrent users and keeps it for the next. Thread-safe.
class ScratchPool {
public:
    std::unique_ptr<BlockScratch> take()
    {
        const std::lock_guard lock(m_mutex);
        if (m_free.empty())
            return std::make_unique<BlockScratch>();
        std::unique_ptr<BlockScratch> scratch = std::move(m_free.back());
        m_free.pop_back();
        return scratch;
    }
    void giveBack(std::unique_ptr<BlockScratch> scratch)
    {
        const std::lock_guard lock(m_mutex);
        m_free.push_back(std::move(scratch));
    }

private:
    std::mutex m_mutex;
    std::vector<std::unique_ptr<BlockScratch>> m_free;
};

} // namespace kerf::core
