// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>

namespace kerf::core {

/// Guards a file mapping for as long as it lives. Touching a page that the file has lost (another program truncated it)
/// or that the disk cannot give raises SIGBUS, whose default is to end the program. For a guarded mapping the page, and
/// all behind it, reads as zeros instead, and the guard says so from then on: whoever reads a mapping asks isDamaged()
/// after reading and before anything is done with what was read (docs/adr/0008-damaged-mappings.md). The first guard of
/// a process installs the handler; a fault outside guarded mappings goes on to the handler that was there before.
class MappingGuard {
public:
    /// @pre [address, address + bytes) is a whole mapping: it begins at a page. Construct after mapping, destroy before
    /// unmapping.
    MappingGuard(const void* address, std::size_t bytes);
    ~MappingGuard();
    MappingGuard(const MappingGuard&) = delete;
    MappingGuard& operator=(const MappingGuard&) = delete;

    bool isDamaged() const;

    struct Slot; ///< an entry of the table that the handler reads

private:
    Slot* m_slot;
};

} // namespace kerf::core
