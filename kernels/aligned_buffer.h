// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>

namespace kerf::kernels {

/// Fixed-size array that starts on a cache line, so that a vector load never straddles two. Zero-filled. Move-only.
template <class T> class AlignedBuffer {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    static constexpr std::size_t kAlignment = 64;

    AlignedBuffer() = default;
    /// Throws std::bad_alloc like any container.
    explicit AlignedBuffer(std::size_t size)
        : m_size(size)
    {
        if (size == 0)
            return;
        m_data.reset(static_cast<T*>(::operator new (size * sizeof(T), std::align_val_t { kAlignment })));
        std::uninitialized_value_construct_n(m_data.get(), size);
    }

    T* data() { return m_data.get(); }
    const T* data() const { return m_data.get(); }
    std::size_t size() const { return m_size; }
    std::size_t bytes() const { return m_size * sizeof(T); }
    bool empty() const { return m_size == 0; }

private:
    struct Free {
        void operator()(T* data) const { ::operator delete (data, std::align_val_t { kAlignment }); }
    };
    std::unique_ptr<T, Free> m_data;
    std::size_t m_size = 0;
};

} // namespace kerf::kernels
