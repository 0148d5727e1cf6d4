// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/descriptor.h"
#include "core/base/result.h"

namespace kerf::core {

/// The folder "<name>.partial-<random>" in which an export is written; removed unless it was renamed. It is locked
/// while its writer lives and bears a mark, so that what a killed writer left can be told from everything else.
class PartialFolder {
public:
    /// Errors: Io, DiskFull, BadFile (the parent folder is missing).
    static Result<PartialFolder> create(const std::filesystem::path& out);
    PartialFolder(PartialFolder&& other) noexcept;
    PartialFolder& operator=(PartialFolder&&) = delete;
    ~PartialFolder();

    const std::filesystem::path& path() const { return m_path; }
    /// Takes the mark away: before the manifest is written, which lists every file.
    Status removeMark() const;
    Status rename(const std::filesystem::path& out);

private:
    PartialFolder() = default;
    std::filesystem::path m_path;
    Descriptor m_lock { -1 };
};

/// What an export that did not finish left behind.
struct LeftoverFolder {
    std::filesystem::path path;
    std::int64_t bytes = 0;
};
/// The leftovers in a folder: marked as ours (or with a manifest) and locked by nobody. Those of exports that run now
/// are not among them. In the order of their names.
std::vector<LeftoverFolder> findLeftovers(const std::filesystem::path& parent);
/// Removes one of them. Errors: InvalidArgument (it is none, or is being written), Io.
Status removeLeftover(const std::filesystem::path& folder);

} // namespace kerf::core
