// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/base/result.h"

namespace kerf::core {

/// The right of one process to write a workspace: an flock on a file beside it, freed by the system when the process
/// ends however it ends. Shared by all Workspaces that this process has open on the file.
class WriterLock {
public:
    struct Attempt {
        std::shared_ptr<WriterLock> lock; ///< null: another process has it, or the place cannot be written
        bool first = false; ///< this process did not hold it before
        std::string holder; ///< process number of the holder, when lock is null; may be empty
        std::string unwritable; ///< why an existing workspace or the folder around it cannot be written, if so
    };
    /// Errors: Io, when the lock file of a new workspace cannot be made.
    static Result<Attempt> acquire(const std::filesystem::path& file);

    explicit WriterLock(int descriptor);
    WriterLock(const WriterLock&) = delete;
    WriterLock& operator=(const WriterLock&) = delete;
    ~WriterLock();

private:
    int m_descriptor;
};

} // namespace kerf::core
