// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>

namespace kerf::core {

/// A little space on a disk, held while a job runs, so that a job which fills the disk can still record that it
/// stopped and why. Where the space cannot be had, nothing is held.
class DiskReserve {
public:
    explicit DiskReserve(const std::filesystem::path& folder);
    ~DiskReserve();
    DiskReserve(const DiskReserve&) = delete;
    DiskReserve& operator=(const DiskReserve&) = delete;

    /// Gives the space back, for the last words.
    void release();

private:
    std::filesystem::path m_file;
};

} // namespace kerf::core
