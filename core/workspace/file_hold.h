// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace kerf::core {

/// Keeps other programs from taking a database for abandoned while connections of this process are open on it.
///
/// SQLite says so with a POSIX lock, which the system drops when any part of the process opens and closes the file: a
/// file dialog that looks what kind of file it is, a text reader that was given the wrong name. Another program that
/// then reads the database believes to be the last, and deletes the write-ahead log under us (docs/adr/0009). So the
/// same range is locked for reading once more, by a lock that belongs to an open file description (fcntl F_OFD_SETLK)
/// and not to the process. One such lock serves all connections of the process on a file. Where it cannot be had (a
/// file system without locks), SQLite's own stands alone.
class FileHold {
public:
    /// @pre a connection to the file is open, so that its journal mode is settled.
    explicit FileHold(const std::filesystem::path& file);
    ~FileHold();
    FileHold(const FileHold&) = delete;
    FileHold& operator=(const FileHold&) = delete;

    /// Closes the connection and ends the hold. The last connection of a process may take the log in, for which it
    /// needs the file alone: the lock goes before, the descriptor after it.
    void release(const std::function<void()>& closeConnection);

private:
    std::string m_file; ///< empty: released
};

} // namespace kerf::core
