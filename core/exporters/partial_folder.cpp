// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/partial_folder.h"

#include <algorithm>
#include <fcntl.h>
#include <random>
#include <sys/file.h>
#include <sys/stat.h>
#include <utility>

#include <fmt/format.h>

#include "core/base/atomic_file.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMark = ".kerf-partial";
constexpr const char* kManifest = "kerf-manifest.json";
constexpr std::string_view kInfix = ".partial-";
constexpr std::size_t kRandomDigits = 8;

/// "<name>.partial-0123abcd"
bool hasPartialName(const fs::path& path)
{
    const std::string name = path.filename().string();
    const std::size_t at = name.rfind(kInfix);
    if (at == std::string::npos || at == 0 || name.size() != at + kInfix.size() + kRandomDigits)
        return false;
    return name.find_first_not_of("0123456789abcdef", at + kInfix.size()) == std::string::npos;
}

Descriptor openFolder(const fs::path& folder)
{
    return Descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

bool isOurs(const fs::path& folder)
{
    std::error_code ignored;
    return hasPartialName(folder) && fs::is_directory(fs::symlink_status(folder, ignored))
        && (fs::exists(folder / kMark, ignored) || fs::exists(folder / kManifest, ignored));
}

/// The lock of a folder that nobody writes; a descriptor below 0 when somebody does.
Descriptor lockOf(const fs::path& folder)
{
    Descriptor lock = openFolder(folder);
    if (lock.get() >= 0 && ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
        return Descriptor(-1);
    return lock;
}

std::int64_t bytesOf(const fs::path& folder)
{
    std::int64_t bytes = 0;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        std::error_code ignored;
        if (entry->is_regular_file(ignored))
            bytes += static_cast<std::int64_t>(entry->file_size(ignored));
    }
    return bytes;
}

} // namespace

Result<PartialFolder> PartialFolder::create(const fs::path& out)
{
    PartialFolder result;
    const fs::path path = out.parent_path()
        / fmt::format("{}{}{:0{}x}", out.filename().string(), kInfix, std::random_device {}(), kRandomDigits);
    if (::mkdir(path.c_str(), 0755) != 0)
        return systemError(path, "creating");
    result.m_path = path;
    result.m_lock = openFolder(path);
    if (result.m_lock.get() < 0 || ::flock(result.m_lock.get(), LOCK_EX | LOCK_NB) != 0)
        return systemError(path, "locking");
    KERF_CHECK(writeFileAtomically(path / kMark, std::string_view("An export of Kerf that is being written.\n")));
    return result;
}

PartialFolder::PartialFolder(PartialFolder&& other) noexcept
    : m_path(std::exchange(other.m_path, {}))
    , m_lock(std::move(other.m_lock))
{
}

PartialFolder::~PartialFolder()
{
    std::error_code ignored;
    if (!m_path.empty())
        fs::remove_all(m_path, ignored);
}

Status PartialFolder::removeMark() const
{
    std::error_code error;
    fs::remove(m_path / kMark, error);
    return error ? fail(ErrorCode::Io, fmt::format("{}: {}", (m_path / kMark).string(), error.message())) : Status {};
}

Status PartialFolder::rename(const fs::path& out)
{
    KERF_CHECK(syncPath(m_path));
    KERF_CHECK(renameFolderDurably(m_path, out));
    m_path.clear();
    return {};
}

std::vector<LeftoverFolder> findLeftovers(const fs::path& parent)
{
    std::vector<LeftoverFolder> found;
    std::error_code error;
    const fs::path folder = parent.empty() ? fs::path(".") : parent;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        if (isOurs(entry->path()) && lockOf(entry->path()).get() >= 0)
            found.push_back({ entry->path(), bytesOf(entry->path()) });
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return found;
}

Status removeLeftover(const fs::path& folder)
{
    if (!isOurs(folder))
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} is not the leftover of an export of Kerf; it is left alone.", folder.string()));
    const Descriptor lock = lockOf(folder);
    if (lock.get() < 0)
        return fail(ErrorCode::InvalidArgument, fmt::format("{} is being written by an export.", folder.string()));
    std::error_code error;
    fs::remove_all(folder, error);
    return error ? fail(ErrorCode::Io, fmt::format("{}: {}", folder.string(), error.message())) : Status {};
}

} // namespace kerf::core
