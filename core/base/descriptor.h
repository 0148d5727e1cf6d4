// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <utility>

#include "core/base/result.h"

namespace kerf::core {

/// Owns a file descriptor. Movable; -1 = none.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int descriptor)
        : m_descriptor(descriptor)
    {
    }
    ~Descriptor();
    Descriptor(Descriptor&& other) noexcept
        : m_descriptor(std::exchange(other.m_descriptor, -1))
    {
    }
    Descriptor& operator=(Descriptor&& other) noexcept
    {
        std::swap(m_descriptor, other.m_descriptor);
        return *this;
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int get() const { return m_descriptor; }
    bool isOpen() const { return m_descriptor >= 0; }
    /// Closes now; what ::close returned.
    int close();

private:
    int m_descriptor = -1;
};

/// The error of a failed system call, from errno: DiskFull for ENOSPC and EDQUOT, Io otherwise.
/// `what` is the action: "writing", "syncing".
tl::unexpected<Error> systemError(const std::filesystem::path& path, std::string_view what);

/// Writes all bytes at the descriptor's position, through short writes and interrupts. Errors: DiskFull, Io.
Status writeAll(int descriptor, const std::filesystem::path& path, std::span<const std::byte> bytes);

/// Fills `out` from `offset` of the file on, through short reads and interrupts; the position stays as it is.
/// Errors: BadFile (the file ends before, or cannot be read).
Status readFully(int descriptor, const std::filesystem::path& path, std::uint64_t offset, std::span<std::byte> out);

} // namespace kerf::core
