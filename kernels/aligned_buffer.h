// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

namespace kerf::kernels {

/// Uninitialized memory that starts on a cache line, so that a vector load of it never straddles two. Move-only. Not by
/// an aligned new: glibc before 2.38 does not find freed blocks again for those, and a process that takes and frees
/// large ones grows.
class CacheLineMemory {
public:
    static constexpr std::size_t kAlignment = 64;

    CacheLineMemory() = default;
    /// Throws std::bad_alloc like any container.
    explicit CacheLineMemory(std::size_t bytes)
        : m_memory(std::make_unique_for_overwrite<std::byte[]>(bytes + kAlignment))
    {
        const auto address = reinterpret_cast<std::uintptr_t>(m_memory.get());
        m_begin = m_memory.get() + (kAlignment - address % kAlignment);
    }
    void* begin() const { return m_begin; }

private:
    std::unique_ptr<std::byte[]> m_memory;
    std::byte* m_begin = nullptr;
};

/// Fixed-size array that starts on a cache line. Zero-filled. Move-only.
template <class T> class AlignedBuffer {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    static constexpr std::size_t kAlignment = CacheLineMemory::kAlignment;

    AlignedBuffer() = default;
    /// Throws std::bad_alloc like any container.
    explicit AlignedBuffer(std::size_t size)
        : m_size(size)
    {
        if (size == 0)
            return;
        m_memory = CacheLineMemory(size * sizeof(T));
        std::uninitialized_value_construct_n(data(), size);
    }

    T* data() { return static_cast<T*>(m_memory.begin()); }
    const T* data() const { return static_cast<const T*>(m_memory.begin()); }
    std::size_t size() const { return m_size; }
    std::size_t bytes() const { return m_size * sizeof(T); }
    bool empty() const { return m_size == 0; }

private:
    CacheLineMemory m_memory;
    std::size_t m_size = 0;
};

} // namespace kerf::kernels
