// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/descriptor.h"
#include "core/base/result.h"

namespace kerf::core {

/// A folder that came from strangers. Files are opened relative to its handle, one path component deep. Symbolic links
/// are followed once, and only to a file inside the folder (`LICENSE -> docs/LICENSE`) or in the shape of the Hugging
/// Face cache, `snapshots/<revision>/x -> ../../blobs/<hash>`, inside the same cached repository. Regular files only.
class SourceFolder {
public:
    /// Errors: BadFile (not there, not a folder).
    static Result<SourceFolder> open(const std::filesystem::path& folder);

    const std::filesystem::path& path() const { return m_path; }
    /// True when an entry of that name exists, of whatever kind.
    bool contains(const std::string& name) const;
    /// Names of its files and links, sorted; folders are left out. Errors: BadFile.
    Result<std::vector<std::string>> fileNames() const;
    /// Errors: BadFile (no name of one path component, missing, a link that leads elsewhere, not a regular file).
    Result<Descriptor> openFile(const std::string& name) const;
    /// A whole file of at most maxBytes. Errors: BadFile.
    Result<std::string> readText(const std::string& name, std::size_t maxBytes) const;

private:
    Result<Descriptor> openLink(const std::string& name) const;
    Result<Descriptor> openInside(const std::string& name, const std::filesystem::path& target) const;
    Result<Descriptor> openCacheBlob(const std::string& name, const std::string& blob) const;

    std::filesystem::path m_path;
    Descriptor m_handle;
};

/// True for one path component of 1 to 255 characters [A-Za-z0-9._-] that is neither "." nor "..": what a name may be
/// that stands in a file.
bool isPlainFileName(const std::string& name);

} // namespace kerf::core
